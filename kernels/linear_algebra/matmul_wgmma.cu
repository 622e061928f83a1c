// C = alpha * op(A) * op(B) + beta * C of 16-bit floats by wgmma, sm_90a: the product of matmul.cu for operands that tensor maps take,
// whose rows start at multiples of 16 bytes. Any m and n, k above 0.
//
// Moves (m*k + k*n + m*n) elements at least and computes 2*m*n*k operations. As many blocks as the device has multiprocessors walk over
// all 128x256 tiles of all matrices (common/wgmma_tile.cuh), those of one matrix in the order of common/tile_order.cuh. In each the
// first warpgroup gives its registers away and one thread of it brings tiles by TMA, already those of the block's next tile while the
// two others multiply and store. Sums are formed in float and rounded once.
#include "common/scaled_store.cuh"
#include "common/tile_order.cuh"
#include "common/wgmma_tile.cuh"

template <class T, bool TransposeA, bool TransposeB>
__global__ void __launch_bounds__(384, 1) matmul_wgmma(
    T* c,                                        // [batch, m, n], rows ldc apart, matrices batch_c apart
    const __grid_constant__ ptx::TensorMap map_a,  // [batch or 1, m, k], or [.., k, m] when transposed
    const __grid_constant__ ptx::TensorMap map_b,  // [batch or 1, k, n], or [.., n, k] when transposed
    i64 m, i64 n, i64 k, i64 ldc, i64 batch, i64 batch_c,
    i64 step_a, i64 step_b,  // 1, or 0 where all products share the matrix
    float alpha, float beta) {
#if (defined(CK_EMU) && __CUDA_ARCH__ >= 900) || defined(__CUDA_ARCH_FEAT_SM90_ALL)
  static_assert(kWgmmaThreads == 384, "the launcher starts 384 threads");
  extern __shared__ __align__(1024) u8 shared[];
  const WgmmaRing ring{ptx::smem_u32(shared)};
  ring.start_ring();
  const i64 down = (m + kWgmmaRows - 1) / kWgmmaRows, across = (n + kWgmmaColumns - 1) / kWgmmaColumns, tiles = down * across;
  const int steps = (int)((k + kWgmmaDepth - 1) / kWgmmaDepth);
  const int consumer = (int)threadIdx.x / 128 - 1;
  WgmmaStage stage;
  if (consumer < 0) {
    ptx::setmaxnreg_dec<40>();
    if (threadIdx.x == 0) {
      for (i64 i = blockIdx.x; i < tiles * batch; i += gridDim.x) {
        const TilePlace tile = tile_place(i % tiles, down, across);
        const i64 matrix = i / tiles;
        for (int step = 0; step < steps; ++step) {
          ptx::mbarrier_wait_parity(ring.empty(stage.index), stage.parity ^ 1);
          const u32 full = ring.full(stage.index);
          ptx::mbarrier_arrive_expect_tx(full, kWgmmaStageBytes);
          load_wgmma_tile<TransposeA, kWgmmaRows>(ring.tile_a(stage.index), &map_a, tile.row * kWgmmaRows, (i64)step * kWgmmaDepth, matrix * step_a, full);
          load_wgmma_tile<!TransposeB, kWgmmaColumns>(ring.tile_b(stage.index), &map_b, tile.column * kWgmmaColumns, (i64)step * kWgmmaDepth, matrix * step_b, full);
          stage.advance();
        }
      }
    }
  } else {
    ptx::setmaxnreg_inc<232>();
    for (i64 i = blockIdx.x; i < tiles * batch; i += gridDim.x) {
      const TilePlace tile = tile_place(i % tiles, down, across);
      WgmmaSums sums;
      multiply_wgmma_tile<T, TransposeA, !TransposeB>(sums, ring, stage, consumer, steps);
      const ScaledStore<T> store(c + i / tiles * batch_c, ldc, alpha, beta);
      store_wgmma_tile(sums, tile.row * kWgmmaRows + consumer * kConsumerRows, tile.column * kWgmmaColumns, m, n, store);
    }
  }
#else
  __trap();  // the host refuses it
#endif
}
