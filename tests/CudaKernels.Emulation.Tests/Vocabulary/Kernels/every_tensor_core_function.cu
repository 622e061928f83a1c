// Every function of the tensor maps, tensor copies and wgmma, called once: what no other kernel uses is read by the compilers too.
// wgmma is of sm_90a alone; each table of shapes is gone through as a whole by one type.
#include "common/ptx/tensor_map.cuh"
#include "common/ptx/tma_im2col.cuh"
#include "common/ptx/tma_load.cuh"
#include "common/ptx/tma_store.cuh"
#include "common/ptx/wgmma_bf16.cuh"
#include "common/ptx/wgmma_f16.cuh"
#include "common/ptx/wgmma_fp8.cuh"
#include "common/ptx/wgmma_int8.cuh"
#include "common/ptx/wgmma_tf32.cuh"

#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 900
__device__ void tensor_copies(const ptx::TensorMap* map, u32 at, u32 barrier, u64 policy) {
  const u16 blocks = 3;
  ptx::prefetch_tensor_map(map);
  ptx::tma_load_1d(at, map, 1, barrier);
  ptx::tma_load_1d(at, map, 1, barrier, policy);
  ptx::tma_load_multicast_1d(at, map, 1, barrier, blocks);
  ptx::tma_load_multicast_1d(at, map, 1, barrier, blocks, policy);
  ptx::tma_prefetch_1d(map, 1);
  ptx::tma_store_1d(map, 1, at);
  ptx::tma_store_1d(map, 1, at, policy);
  ptx::tma_reduce_add_1d(map, 1, at);
  ptx::tma_reduce_min_1d(map, 1, at);
  ptx::tma_reduce_max_1d(map, 1, at);
  ptx::tma_reduce_inc_1d(map, 1, at);
  ptx::tma_reduce_dec_1d(map, 1, at);
  ptx::tma_reduce_and_1d(map, 1, at);
  ptx::tma_reduce_or_1d(map, 1, at);
  ptx::tma_reduce_xor_1d(map, 1, at);
  ptx::tma_load_2d(at, map, 1, 2, barrier);
  ptx::tma_load_2d(at, map, 1, 2, barrier, policy);
  ptx::tma_load_multicast_2d(at, map, 1, 2, barrier, blocks);
  ptx::tma_load_multicast_2d(at, map, 1, 2, barrier, blocks, policy);
  ptx::tma_prefetch_2d(map, 1, 2);
  ptx::tma_store_2d(map, 1, 2, at);
  ptx::tma_store_2d(map, 1, 2, at, policy);
  ptx::tma_reduce_add_2d(map, 1, 2, at);
  ptx::tma_reduce_min_2d(map, 1, 2, at);
  ptx::tma_reduce_max_2d(map, 1, 2, at);
  ptx::tma_reduce_inc_2d(map, 1, 2, at);
  ptx::tma_reduce_dec_2d(map, 1, 2, at);
  ptx::tma_reduce_and_2d(map, 1, 2, at);
  ptx::tma_reduce_or_2d(map, 1, 2, at);
  ptx::tma_reduce_xor_2d(map, 1, 2, at);
  ptx::tma_load_3d(at, map, 1, 2, 3, barrier);
  ptx::tma_load_3d(at, map, 1, 2, 3, barrier, policy);
  ptx::tma_load_multicast_3d(at, map, 1, 2, 3, barrier, blocks);
  ptx::tma_load_multicast_3d(at, map, 1, 2, 3, barrier, blocks, policy);
  ptx::tma_prefetch_3d(map, 1, 2, 3);
  ptx::tma_store_3d(map, 1, 2, 3, at);
  ptx::tma_store_3d(map, 1, 2, 3, at, policy);
  ptx::tma_reduce_add_3d(map, 1, 2, 3, at);
  ptx::tma_reduce_min_3d(map, 1, 2, 3, at);
  ptx::tma_reduce_max_3d(map, 1, 2, 3, at);
  ptx::tma_reduce_inc_3d(map, 1, 2, 3, at);
  ptx::tma_reduce_dec_3d(map, 1, 2, 3, at);
  ptx::tma_reduce_and_3d(map, 1, 2, 3, at);
  ptx::tma_reduce_or_3d(map, 1, 2, 3, at);
  ptx::tma_reduce_xor_3d(map, 1, 2, 3, at);
  ptx::tma_load_4d(at, map, 1, 2, 3, 4, barrier);
  ptx::tma_load_4d(at, map, 1, 2, 3, 4, barrier, policy);
  ptx::tma_load_multicast_4d(at, map, 1, 2, 3, 4, barrier, blocks);
  ptx::tma_load_multicast_4d(at, map, 1, 2, 3, 4, barrier, blocks, policy);
  ptx::tma_prefetch_4d(map, 1, 2, 3, 4);
  ptx::tma_store_4d(map, 1, 2, 3, 4, at);
  ptx::tma_store_4d(map, 1, 2, 3, 4, at, policy);
  ptx::tma_reduce_add_4d(map, 1, 2, 3, 4, at);
  ptx::tma_reduce_min_4d(map, 1, 2, 3, 4, at);
  ptx::tma_reduce_max_4d(map, 1, 2, 3, 4, at);
  ptx::tma_reduce_inc_4d(map, 1, 2, 3, 4, at);
  ptx::tma_reduce_dec_4d(map, 1, 2, 3, 4, at);
  ptx::tma_reduce_and_4d(map, 1, 2, 3, 4, at);
  ptx::tma_reduce_or_4d(map, 1, 2, 3, 4, at);
  ptx::tma_reduce_xor_4d(map, 1, 2, 3, 4, at);
  ptx::tma_load_5d(at, map, 1, 2, 3, 4, 5, barrier);
  ptx::tma_load_5d(at, map, 1, 2, 3, 4, 5, barrier, policy);
  ptx::tma_load_multicast_5d(at, map, 1, 2, 3, 4, 5, barrier, blocks);
  ptx::tma_load_multicast_5d(at, map, 1, 2, 3, 4, 5, barrier, blocks, policy);
  ptx::tma_prefetch_5d(map, 1, 2, 3, 4, 5);
  ptx::tma_store_5d(map, 1, 2, 3, 4, 5, at);
  ptx::tma_store_5d(map, 1, 2, 3, 4, 5, at, policy);
  ptx::tma_reduce_add_5d(map, 1, 2, 3, 4, 5, at);
  ptx::tma_reduce_min_5d(map, 1, 2, 3, 4, 5, at);
  ptx::tma_reduce_max_5d(map, 1, 2, 3, 4, 5, at);
  ptx::tma_reduce_inc_5d(map, 1, 2, 3, 4, 5, at);
  ptx::tma_reduce_dec_5d(map, 1, 2, 3, 4, 5, at);
  ptx::tma_reduce_and_5d(map, 1, 2, 3, 4, 5, at);
  ptx::tma_reduce_or_5d(map, 1, 2, 3, 4, 5, at);
  ptx::tma_reduce_xor_5d(map, 1, 2, 3, 4, 5, at);
  ptx::tma_load_im2col_3d(at, map, 1, 2, 3, barrier, 1);
  ptx::tma_load_im2col_multicast_3d(at, map, 1, 2, 3, barrier, 1, blocks);
  ptx::tma_load_im2col_4d(at, map, 1, 2, 3, 4, barrier, 1, 2);
  ptx::tma_load_im2col_multicast_4d(at, map, 1, 2, 3, 4, barrier, 1, 2, blocks);
  ptx::tma_load_im2col_5d(at, map, 1, 2, 3, 4, 5, barrier, 1, 2, 3);
  ptx::tma_load_im2col_multicast_5d(at, map, 1, 2, 3, 4, 5, barrier, 1, 2, 3, blocks);
}
#endif

#if (defined(CK_EMU) && __CUDA_ARCH__ >= 900) || defined(__CUDA_ARCH_FEAT_SM90_ALL)
// Both forms of a product, and an accumulator that is looked at.
#define CK_BOTH(function, T, count)             \
  {                                             \
    T d[count];                                 \
    for (int i = 0; i < count; ++i) d[i] = (T)i; \
    ptx::function<N>(d, a, b, true);            \
    ptx::function<N>(d, registers, b, false);   \
    for (int i = 0; i < count; ++i) *out += (u32)d[i]; \
  }

template <int N> __device__ void floating(u64 a, u64 b, const u32 (&registers)[4], u32* out) {
  CK_BOTH(wgmma_f32_f16_f16, float, N / 2)
  CK_BOTH(wgmma_f32_bf16_bf16, float, N / 2)
  CK_BOTH(wgmma_f32_tf32_tf32, float, N / 2)
  CK_BOTH(wgmma_f32_e4m3_e4m3, float, N / 2)
  CK_BOTH(wgmma_f32_e4m3_e5m2, float, N / 2)
  CK_BOTH(wgmma_f32_e5m2_e4m3, float, N / 2)
  CK_BOTH(wgmma_f32_e5m2_e5m2, float, N / 2)
  CK_BOTH(wgmma_f16_f16_f16, u32, N / 4)
  CK_BOTH(wgmma_f16_e4m3_e4m3, u32, N / 4)
  CK_BOTH(wgmma_f16_e4m3_e5m2, u32, N / 4)
  CK_BOTH(wgmma_f16_e5m2_e4m3, u32, N / 4)
  CK_BOTH(wgmma_f16_e5m2_e5m2, u32, N / 4)
  float d[N / 2] = {};
  ptx::wgmma_f32_f16_f16<N, -1, 1, 1, 0>(d, a, b, true);
  ptx::wgmma_f32_bf16_bf16<N, 1, -1, 0, 1>(d, a, b, true);
  ptx::wgmma_f32_bf16_bf16<N, -1, -1, 1>(d, registers, b, true);
  ptx::wgmma_f32_tf32_tf32<N, -1, -1>(d, a, b, true);
  ptx::wgmma_pin(d);
  u32 a_registers[4] = {registers[0], registers[1], registers[2], registers[3]};
  ptx::wgmma_pin(a_registers);
  *out += (u32)d[0] + a_registers[0];
}
template <int N> __device__ void integers(u64 a, u64 b, const u32 (&registers)[4], u32* out) {
  i32 sums[N / 2] = {};
  ptx::wgmma_s32_s8_s8<N>(sums, a, b, true);
  ptx::wgmma_pin(sums);
  *out += (u32)sums[0];
  CK_BOTH(wgmma_s32_s8_s8, i32, N / 2)
  CK_BOTH(wgmma_s32_s8_u8, i32, N / 2)
  CK_BOTH(wgmma_s32_u8_s8, i32, N / 2)
  CK_BOTH(wgmma_s32_u8_u8, i32, N / 2)
  CK_BOTH(wgmma_s32_s8_s8_sat, i32, N / 2)
  CK_BOTH(wgmma_s32_s8_u8_sat, i32, N / 2)
  CK_BOTH(wgmma_s32_u8_s8_sat, i32, N / 2)
  CK_BOTH(wgmma_s32_u8_u8_sat, i32, N / 2)
}

// Every shape of the three tables: the accumulators of f32, f16 and s32.
template <int N> __device__ void shapes(u64 a, u64 b, const u32 (&registers)[4], u32* out) {
  CK_BOTH(wgmma_f32_bf16_bf16, float, N / 2)
  CK_BOTH(wgmma_f16_f16_f16, u32, N / 4)
  if constexpr (N % (N <= 32 ? 8 : 16) == 0) CK_BOTH(wgmma_s32_s8_s8, i32, N / 2)
  if constexpr (N > 8) shapes<N - 8>(a, b, registers, out);
}
#endif

extern "C" __global__ void every_tensor_core_function(const __grid_constant__ ptx::TensorMap map, u32* out, u64 policy) {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 900
  __shared__ u64 words[16];
  tensor_copies(&map, ptx::smem_u32(words), ptx::smem_u32(words + 1), policy);
#endif
#if (defined(CK_EMU) && __CUDA_ARCH__ >= 900) || defined(__CUDA_ARCH_FEAT_SM90_ALL)
  const u64 a = ptx::k_major_descriptor(ptx::smem_u32(words), ptx::Swizzle::bytes128), b = ptx::mn_major_descriptor(ptx::smem_u32(words), 1024, ptx::Swizzle::bytes64);
  const u32 registers[4] = {1, 2, 3, 4};
  ptx::wgmma_fence();
  floating<8>(a, b, registers, out);
  floating<200>(a, b, registers, out);
  integers<16>(a, b, registers, out);
  integers<256>(a, b, registers, out);
  shapes<256>(a, b, registers, out);
  ptx::wgmma_commit();
  ptx::wgmma_wait<1>();
  ptx::wgmma_wait<0>();
#endif
}
