// op(A) * op(B) of 16-bit floats by wgmma, sm_90a, for any kernel that says what becomes of the sums (common/scaled_store.cuh). As many
// blocks of kWgmmaThreads threads and kWgmmaSharedBytes of dynamic shared memory as the device has multiprocessors walk over all
// 128x256 tiles of all matrices (common/wgmma_tile.cuh), those of one matrix in the order of common/tile_order.cuh. In each the first
// warpgroup gives its registers away and one thread of it brings tiles by TMA, already those of the block's next tile while the two
// others multiply and store.
#pragma once
#include "common/matrix_problem.cuh"
#include "common/tile_order.cuh"
#include "common/wgmma_tile.cuh"

#if (defined(CK_EMU) && __CUDA_ARCH__ >= 900) || defined(__CUDA_ARCH_FEAT_SM90_ALL)
// The maps are of [batch, m, k], or [batch, k, m] when transposed, and of [batch, k, n], or [batch, n, k]; one whose matrices have a
// step of 0 is of a batch of one.
template <class T, bool TransposeA, bool TransposeB, class Stores>
__device__ __forceinline__ void wgmma_product(const ptx::TensorMap& map_a, const ptx::TensorMap& map_b, const MatrixProblem& p, const Stores& stores) {
  static_assert(kWgmmaThreads == 384, "the launchers start 384 threads");
  extern __shared__ __align__(1024) u8 shared[];
  const WgmmaRing ring{ptx::smem_u32(shared)};
  ring.start_ring();
  const i64 down = (p.m + kWgmmaRows - 1) / kWgmmaRows, across = (p.n + kWgmmaColumns - 1) / kWgmmaColumns, tiles = down * across;
  const int steps = (int)((p.k + kWgmmaDepth - 1) / kWgmmaDepth);
  const int consumer = (int)threadIdx.x / 128 - 1;
  WgmmaStage stage;
  if (consumer < 0) {
    ptx::setmaxnreg_dec<40>();
    if (threadIdx.x == 0) {
      for (i64 i = blockIdx.x; i < tiles * p.batch; i += gridDim.x) {
        const TilePlace tile = tile_place(i % tiles, down, across);
        const i64 matrix_a = p.batch_a == 0 ? 0 : i / tiles, matrix_b = p.batch_b == 0 ? 0 : i / tiles;
        for (int step = 0; step < steps; ++step) {
          ptx::mbarrier_wait_parity(ring.empty(stage.index), stage.parity ^ 1);
          const u32 full = ring.full(stage.index);
          ptx::mbarrier_arrive_expect_tx(full, kWgmmaStageBytes);
          load_wgmma_tile<TransposeA, kWgmmaRows>(ring.tile_a(stage.index), &map_a, tile.row * kWgmmaRows, (i64)step * kWgmmaDepth, matrix_a, full);
          load_wgmma_tile<!TransposeB, kWgmmaColumns>(ring.tile_b(stage.index), &map_b, tile.column * kWgmmaColumns, (i64)step * kWgmmaDepth, matrix_b, full);
          stage.advance();
        }
      }
    }
  } else {
    ptx::setmaxnreg_inc<232>();
    for (i64 i = blockIdx.x; i < tiles * p.batch; i += gridDim.x) {
      const TilePlace tile = tile_place(i % tiles, down, across);
      WgmmaSums sums;
      multiply_wgmma_tile<T, TransposeA, !TransposeB>(sums, ring, stage, consumer, steps);
      store_wgmma_tile(sums, tile.row * kWgmmaRows + consumer * kConsumerRows, tile.column * kWgmmaColumns, p.m, p.n, stores.of(i / tiles));
    }
  }
}
#endif
