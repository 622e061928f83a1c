// What tensor cores compute by mma.sync, sm_80 and above, from 32 bytes of k of either operand, one struct to each arithmetic: the
// type of the elements and of their sums, what a lane keeps of a fragment, and the instruction. A fragment of A has 16 rows: registers 0
// and 1 hold the first 16 bytes of k of eight rows each, 2 and 3 the last. One of B has 16 columns: 0 and 1 are the first and the last
// 16 bytes of k of the first eight, 2 and 3 of the other eight, since an instruction takes its B from two registers side by side.
#pragma once
#include "common/compute.cuh"

#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
#include "common/ptx/convert.cuh"
#include "common/ptx/mma.cuh"
#include "common/ptx/mma_fp8.cuh"
#include "common/ptx/mma_integer.cuh"
#include "common/tf32_parts.cuh"

__device__ __forceinline__ u32 mma_bits(f16 x) { return x.bits; }
__device__ __forceinline__ u32 mma_bits(bf16 x) { return x.bits; }
__device__ __forceinline__ u32 mma_bits(e4m3 x) { return x.bits; }
__device__ __forceinline__ u32 mma_bits(e5m2 x) { return x.bits; }
__device__ __forceinline__ u32 mma_bits(i8 x) { return (u8)x; }
__device__ __forceinline__ u32 mma_bits(float x) { return __float_as_uint(x); }

struct MmaRegisters {
  u32 r[4];
};

// What is multiplied as it is stored.
template <class T, class S> struct StoredMath {
  using Element = T;
  using Sum = S;
  using Fragment = MmaRegisters;
  __device__ __forceinline__ static Fragment fragment(const u32 (&stored)[4]) { return {{stored[0], stored[1], stored[2], stored[3]}}; }
};

// The registers of B for the first or the second eight of a fragment's columns.
__device__ __forceinline__ void mma_columns(u32 (&columns)[2], const u32 (&r)[4], int second) {
  columns[0] = r[2 * second];
  columns[1] = r[2 * second + 1];
}

// 16-bit floats, summed in float.
template <class T> struct HalfMath : StoredMath<T, float> {
  __device__ __forceinline__ static void multiply(float (&sum)[4], const MmaRegisters& a, const MmaRegisters& b, int second) {
    u32 columns[2];
    mma_columns(columns, b.r, second);
    ptx::mma_m16n8k16<T>(sum, a.r, columns, sum);
  }
};

// 8-bit integers, with exact sums in 32 bits.
struct Int8Math : StoredMath<i8, i32> {
  __device__ __forceinline__ static void multiply(i32 (&sum)[4], const MmaRegisters& a, const MmaRegisters& b, int second) {
    u32 columns[2];
    mma_columns(columns, b.r, second);
    ptx::mma_m16n8k32<i8>(sum, a.r, columns, sum);
  }
};

#if __CUDA_ARCH__ >= 890
// 8-bit floats, summed in float: the products are exact, but tensor cores keep fewer bits of their sums than a float has.
// The formats of A and B may differ; Element, of which only the size is asked, is that of A.
template <class A, class B> struct Float8Math : StoredMath<A, float> {
  static constexpr bool exists = true;
  __device__ __forceinline__ static void multiply(float (&sum)[4], const MmaRegisters& a, const MmaRegisters& b, int second) {
    u32 columns[2];
    mma_columns(columns, b.r, second);
    ptx::mma_m16n8k32<A, B>(sum, a.r, columns, sum);
  }
};
#else
template <class A, class B> struct Float8Math { static constexpr bool exists = false; };
#endif

// Floats rounded to tf32, 10 bits of mantissa, or the sum of two tf32.
template <int Products> struct Tf32Math;
template <> struct Tf32Math<1> {
  using Element = float;
  using Sum = float;
  using Fragment = MmaRegisters;
  __device__ __forceinline__ static Fragment fragment(const u32 (&stored)[4]) {
    Fragment f;
#pragma unroll
    for (int i = 0; i < 4; ++i) f.r[i] = ptx::to_tf32(__uint_as_float(stored[i])).bits;
    return f;
  }
  __device__ __forceinline__ static void multiply(float (&sum)[4], const Fragment& a, const Fragment& b, int second) {
    u32 columns[2];
    mma_columns(columns, b.r, second);
    ptx::mma_m16n8k8<tf32>(sum, a.r, columns, sum);
  }
};

// Three of the four products of the parts: nearly float's own accuracy.
template <> struct Tf32Math<3> {
  using Element = float;
  using Sum = float;
  struct Fragment {
    u32 big[4], small[4];
  };
  __device__ __forceinline__ static Fragment fragment(const u32 (&stored)[4]) {
    Fragment f;
#pragma unroll
    for (int i = 0; i < 4; ++i) {
      const Tf32Parts parts = tf32_parts(__uint_as_float(stored[i]));
      f.big[i] = parts.big;
      f.small[i] = parts.small;
    }
    return f;
  }
  __device__ __forceinline__ static void multiply(float (&sum)[4], const Fragment& a, const Fragment& b, int second) {
    u32 big[2], small[2];
    mma_columns(big, b.big, second);
    mma_columns(small, b.small, second);
    // The small terms first: they are the ones that a large sum would swallow.
    ptx::mma_m16n8k8<tf32>(sum, a.small, big, sum);
    ptx::mma_m16n8k8<tf32>(sum, a.big, small, sum);
    ptx::mma_m16n8k8<tf32>(sum, a.big, big, sum);
  }
};

// The arithmetic of a type: of floats by how many products of tf32 a product is made of, which other types have no use for.
template <class T, int Products> struct MmaMathOf { using type = HalfMath<T>; };
template <int Products> struct MmaMathOf<float, Products> { using type = Tf32Math<Products>; };

// The arithmetic of an 8-bit type; that of 8-bit floats exists from compute capability 8.9.
template <class T> struct QuantizedMathOf : Float8Math<T, T> {};
template <> struct QuantizedMathOf<i8> : Int8Math { static constexpr bool exists = true; };
#endif
