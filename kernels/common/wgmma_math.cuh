// What tensor cores compute by wgmma, sm_90a, from 32 bytes of k of either operand, one struct to each type of elements: the type of
// their sums, the columns of a block's tile, of how many products one is made, and the instruction. Only 16-bit elements may be MN-major.
#pragma once
#include "common/compute.cuh"

#if (defined(CK_EMU) && __CUDA_ARCH__ >= 900) || defined(__CUDA_ARCH_FEAT_SM90_ALL)
#include "common/ptx/wgmma_bf16.cuh"
#include "common/ptx/wgmma_f16.cuh"
#include "common/ptx/wgmma_fp8.cuh"
#include "common/ptx/wgmma_int8.cuh"
#include "common/ptx/wgmma_tf32.cuh"

// Sums that the instruction itself adds up through all of k.
template <class T, class S> struct WgmmaSummedInside {
  using Element = T;
  using Sum = S;
  static constexpr int kColumns = 256;
  static constexpr int kProducts = 1;
  static constexpr bool kSumsStages = false;
};

template <class T> struct WgmmaMath;

// 16-bit floats, summed in float.
template <> struct WgmmaMath<f16> : WgmmaSummedInside<f16, float> {
  template <bool MnMajorA, bool MnMajorB> __device__ __forceinline__ static void issue(float (&sums)[128], u64 a, u64 b, bool accumulate) {
    ptx::wgmma_f32_f16_f16<kColumns, 1, 1, MnMajorA, MnMajorB>(sums, a, b, accumulate);
  }
};
template <> struct WgmmaMath<bf16> : WgmmaSummedInside<bf16, float> {
  template <bool MnMajorA, bool MnMajorB> __device__ __forceinline__ static void issue(float (&sums)[128], u64 a, u64 b, bool accumulate) {
    ptx::wgmma_f32_bf16_bf16<kColumns, 1, 1, MnMajorA, MnMajorB>(sums, a, b, accumulate);
  }
};

// Floats that TMA has rounded to tf32, to the nearest, as their tensor map tells it to; the instruction by itself would cut them off.
template <> struct WgmmaMath<float> : WgmmaSummedInside<float, float> {
  template <bool MnMajorA, bool MnMajorB> __device__ __forceinline__ static void issue(float (&sums)[128], u64 a, u64 b, bool accumulate) {
    ptx::wgmma_f32_tf32_tf32<kColumns>(sums, a, b, accumulate);
  }
};

// Floats that were split into sums of two tf32, the small parts of all matrices before the big ones: three of the four products of the
// parts, nearly float's own accuracy. Those with a small part come first, through all of k: a large sum would swallow them.
struct WgmmaTf32Parts : WgmmaMath<float> {
  static constexpr int kProducts = 3;
};

// 8-bit integers, with exact sums in 32 bits.
template <> struct WgmmaMath<i8> : WgmmaSummedInside<i8, i32> {
  template <bool MnMajorA, bool MnMajorB> __device__ __forceinline__ static void issue(i32 (&sums)[128], u64 a, u64 b, bool accumulate) {
    ptx::wgmma_s32_s8_s8<kColumns>(sums, a, b, accumulate);
  }
};

// 8-bit floats: the products are exact, but of their sums the tensor cores keep about 14 bits. Therefore only the products of a stage,
// 128 steps of k, are summed there, and the sums of the stages in float by the ordinary units; of the two sets of sums half the columns
// fill as many registers.
template <class T> struct WgmmaFloat8 {
  using Element = T;
  using Sum = float;
  static constexpr int kColumns = 128;
  static constexpr int kProducts = 1;
  static constexpr bool kSumsStages = true;
};
template <> struct WgmmaMath<e4m3> : WgmmaFloat8<e4m3> {
  template <bool MnMajorA, bool MnMajorB> __device__ __forceinline__ static void issue(float (&sums)[64], u64 a, u64 b, bool accumulate) {
    ptx::wgmma_f32_e4m3_e4m3<kColumns>(sums, a, b, accumulate);
  }
};
template <> struct WgmmaMath<e5m2> : WgmmaFloat8<e5m2> {
  template <bool MnMajorA, bool MnMajorB> __device__ __forceinline__ static void issue(float (&sums)[64], u64 a, u64 b, bool accumulate) {
    ptx::wgmma_f32_e5m2_e5m2<kColumns>(sums, a, b, accumulate);
  }
};

// The arithmetic of a type: of floats by how many products of tf32 a product is made of, which other types have no use for.
template <class T, int Products> struct WgmmaMathOf { using type = WgmmaMath<T>; };
template <> struct WgmmaMathOf<float, 3> { using type = WgmmaTf32Parts; };
#endif
