// What tensor cores compute by wgmma, sm_90a, from 32 bytes of k of either operand, one struct to each type of elements: the type of
// their sums, the columns of a block's tile, of how many products one is made, and the instruction. Only 16-bit elements may be MN-major.
// A tile of fewer columns than is usual for the type is for products that would have too few tiles.
#pragma once
#include "common/compute.cuh"

#if (defined(CK_EMU) && __CUDA_ARCH__ >= 900) || defined(__CUDA_ARCH_FEAT_SM90_ALL)
#include "common/ptx/wgmma_bf16.cuh"
#include "common/ptx/wgmma_f16.cuh"
#include "common/ptx/wgmma_fp8.cuh"
#include "common/ptx/wgmma_int8.cuh"
#include "common/ptx/wgmma_tf32.cuh"

// The usual columns of a tile. 8-bit floats have two sets of sums, of which half the columns fill as many registers.
template <class T> constexpr int kWgmmaColumns = 256;
template <> constexpr int kWgmmaColumns<e4m3> = 128;
template <> constexpr int kWgmmaColumns<e5m2> = 128;

// Sums that the instruction itself adds up through all of k.
template <class T, class S, int Columns> struct WgmmaSummedInside {
  using Element = T;
  using Sum = S;
  static constexpr int kColumns = Columns;
  static constexpr int kProducts = 1;
  static constexpr bool kSumsStages = false;
};

template <class T, int Columns = kWgmmaColumns<T>> struct WgmmaMath;

// 16-bit floats, summed in float.
template <int Columns> struct WgmmaMath<f16, Columns> : WgmmaSummedInside<f16, float, Columns> {
  template <bool MnMajorA, bool MnMajorB> __device__ __forceinline__ static void issue(float (&sums)[Columns / 2], u64 a, u64 b, bool accumulate) {
    ptx::wgmma_f32_f16_f16<Columns, 1, 1, MnMajorA, MnMajorB>(sums, a, b, accumulate);
  }
};
template <int Columns> struct WgmmaMath<bf16, Columns> : WgmmaSummedInside<bf16, float, Columns> {
  template <bool MnMajorA, bool MnMajorB> __device__ __forceinline__ static void issue(float (&sums)[Columns / 2], u64 a, u64 b, bool accumulate) {
    ptx::wgmma_f32_bf16_bf16<Columns, 1, 1, MnMajorA, MnMajorB>(sums, a, b, accumulate);
  }
};

// Floats that TMA has rounded to tf32, to the nearest, as their tensor map tells it to; the instruction by itself would cut them off.
template <int Columns> struct WgmmaMath<float, Columns> : WgmmaSummedInside<float, float, Columns> {
  template <bool MnMajorA, bool MnMajorB> __device__ __forceinline__ static void issue(float (&sums)[Columns / 2], u64 a, u64 b, bool accumulate) {
    ptx::wgmma_f32_tf32_tf32<Columns>(sums, a, b, accumulate);
  }
};

// Floats that were split into sums of two tf32, the small parts of all matrices before the big ones: three of the four products of the
// parts, nearly float's own accuracy. Those with a small part come first, through all of k: a large sum would swallow them.
template <int Columns> struct WgmmaTf32Parts : WgmmaMath<float, Columns> {
  static constexpr int kProducts = 3;
};

// 8-bit integers, with exact sums in 32 bits.
template <int Columns> struct WgmmaMath<i8, Columns> : WgmmaSummedInside<i8, i32, Columns> {
  template <bool MnMajorA, bool MnMajorB> __device__ __forceinline__ static void issue(i32 (&sums)[Columns / 2], u64 a, u64 b, bool accumulate) {
    ptx::wgmma_s32_s8_s8<Columns>(sums, a, b, accumulate);
  }
};

// 8-bit floats: the products are exact, but of their sums the tensor cores keep about 14 bits. Therefore only the products of a stage,
// 128 steps of k, are summed there, and the sums of the stages in float by the ordinary units.
// The formats of A and B may differ; Element, of which only the size is asked, is that of A.
template <class A, class B, int Columns> struct WgmmaFloat8 : WgmmaSummedInside<A, float, Columns> {
  static constexpr bool kSumsStages = true;
  template <bool MnMajorA, bool MnMajorB> __device__ __forceinline__ static void issue(float (&sums)[Columns / 2], u64 a, u64 b, bool accumulate) {
    if constexpr (kIsE4m3<A> && kIsE4m3<B>) {
      ptx::wgmma_f32_e4m3_e4m3<Columns>(sums, a, b, accumulate);
    } else if constexpr (kIsE4m3<A>) {
      ptx::wgmma_f32_e4m3_e5m2<Columns>(sums, a, b, accumulate);
    } else if constexpr (kIsE4m3<B>) {
      ptx::wgmma_f32_e5m2_e4m3<Columns>(sums, a, b, accumulate);
    } else {
      ptx::wgmma_f32_e5m2_e5m2<Columns>(sums, a, b, accumulate);
    }
  }
};
template <int Columns> struct WgmmaMath<e4m3, Columns> : WgmmaFloat8<e4m3, e4m3, Columns> {};
template <int Columns> struct WgmmaMath<e5m2, Columns> : WgmmaFloat8<e5m2, e5m2, Columns> {};

// The arithmetic of a type: of floats by how many products of tf32 a product is made of, which other types have no use for.
template <class T, int Products, int Columns> struct WgmmaMathOf { using type = WgmmaMath<T, Columns>; };
template <int Columns> struct WgmmaMathOf<float, 3, Columns> { using type = WgmmaTf32Parts<Columns>; };
#endif
