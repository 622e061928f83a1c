// C[M, N] = A[M, K] * B[N, K]^T, bf16 in, f32 out, any M, N and K that a tensor map takes: a tile of 128 x 128 for each block, 64 of K
// at a time. One thread of the last warp brings the tiles of A and B by TMA through a ring of three stages; two warpgroups multiply, 64
// rows each, and store their half by TMA. What lies beyond the matrices is filled up with zeros, and left out when it is stored.
// CUT takes one line away (see the numbers).
#include "common/ptx/barrier.cuh"
#include "common/ptx/fence.cuh"
#include "common/ptx/mbarrier.cuh"
#include "common/ptx/tma_load.cuh"
#include "common/ptx/tma_store.cuh"
#include "common/ptx/wgmma_bf16.cuh"

#if !defined(CUT)
#define CUT 0
#endif
#define KEEP(number, ...)        \
  if constexpr (CUT != number) { \
    __VA_ARGS__;                 \
  }

constexpr int kTile = 128, kDepth = 64, kStages = 3, kConsumers = 256;
constexpr int kTileBytes = kTile * kDepth * 2, kHalfBytes = 64 * kTile * 4;
constexpr int kBarriers = 2 * kStages * kTileBytes + 2 * kHalfBytes;

extern "C" __global__ void __launch_bounds__(kConsumers + 32)
    wgmma_gemm(const __grid_constant__ ptx::TensorMap map_a, const __grid_constant__ ptx::TensorMap map_b, const __grid_constant__ ptx::TensorMap map_c, int depth) {
  extern __shared__ __align__(1024) unsigned char shared[];
  const u32 tiles_a = ptx::smem_u32(shared), tiles_b = tiles_a + kStages * kTileBytes, halves = tiles_b + kStages * kTileBytes;
  const u32 full = tiles_a + kBarriers, empty = full + 8 * kStages;
  const int thread = threadIdx.x, m0 = blockIdx.y * kTile, n0 = blockIdx.x * kTile, steps = (depth + kDepth - 1) / kDepth;
  if (thread == 0) {
    for (int s = 0; s < kStages; ++s) {
      KEEP(1, ptx::mbarrier_init(full + 8 * s, 1))
      KEEP(2, ptx::mbarrier_init(empty + 8 * s, CUT == 3 ? kConsumers - 1 : CUT == 4 ? kConsumers + 1 : kConsumers))
    }
    KEEP(5, ptx::fence_mbarrier_init())
  }
  KEEP(6, __syncthreads())
  if (thread >= kConsumers) {
    if (thread == kConsumers) {
      for (int i = 0; i < steps; ++i) {
        const int s = i % kStages;
        KEEP(7, ptx::mbarrier_wait_parity(empty + 8 * s, (i / kStages & 1) ^ 1))
        KEEP(8, ptx::mbarrier_arrive_expect_tx(full + 8 * s, CUT == 9 ? 2 * kTileBytes - 16 : CUT == 10 ? 2 * kTileBytes + 16 : 2 * kTileBytes))
        KEEP(11, ptx::tma_load_2d(tiles_a + s * kTileBytes, &map_a, i * kDepth, m0, full + 8 * s))
        KEEP(12, ptx::tma_load_2d(tiles_b + s * kTileBytes, &map_b, i * kDepth, n0, full + 8 * s))
      }
    }
    return;
  }
  const int half = thread / 128, row = thread % 128 / 32 * 16 + thread % 32 / 4, column = 2 * (thread % 4);
  float d[kTile / 2];
  for (int i = 0; i < steps; ++i) {
    const int s = i % kStages;
    KEEP(13, ptx::mbarrier_wait_parity(full + 8 * s, CUT == 14 ? 0 : i / kStages & 1))
    const u64 a = ptx::k_major_descriptor(tiles_a + s * kTileBytes + half * (kTileBytes / 2), ptx::Swizzle::bytes128);
    const u64 b = ptx::k_major_descriptor(tiles_b + s * kTileBytes, ptx::Swizzle::bytes128);
    KEEP(15, ptx::wgmma_fence())
    for (int k = 0; k < kDepth / 16; ++k) ptx::wgmma_f32_bf16_bf16<kTile>(d, a + 2 * k, b + 2 * k, i + k > 0);
    KEEP(16, ptx::wgmma_commit())
    KEEP(17, ptx::wgmma_wait<0>())
    KEEP(18, ptx::mbarrier_arrive(empty + 8 * s))
  }
  float* c = (float*)(shared + 2 * kStages * kTileBytes + half * kHalfBytes);
  for (int i = 0; i < kTile / 2; ++i) c[(row + 8 * (i / 2 % 2)) * kTile + 8 * (i / 4) + column + i % 2] = d[i];
  KEEP(19, ptx::fence_proxy_async_shared())
  KEEP(20, ptx::barrier_sync(1 + half, 128))
  if (thread % 128 == 0) {
    ptx::tma_store_2d(&map_c, n0, m0 + 64 * half, halves + half * kHalfBytes);
    KEEP(21, ptx::bulk_commit())
    KEEP(22, ptx::bulk_wait<0>())
  }
}
