// op(A) * op(B) by wgmma, sm_90a, for any kernel that says what becomes of the sums (common/scaled_store.cuh). As many blocks of
// kWgmmaThreads threads and kWgmmaSharedBytes of dynamic shared memory as the device has multiprocessors walk over all tiles, 128 rows
// high and as wide as the arithmetic has it, of all matrices (common/wgmma_tile.cuh), those of one matrix in the order of
// common/tile_order.cuh. In each the first warpgroup gives its registers away and one thread of it brings tiles by TMA, already those
// of the block's next tile while the two others multiply and store. Where k is cut into parts of so many stages, each part of a tile
// is a tile to walk over, and the sums of part p of a matrix go to the store of matrix p * batch + matrix.
#pragma once
#include "common/matrix_problem.cuh"
#include "common/tile_order.cuh"
#include "common/wgmma_tile.cuh"

#if (defined(CK_EMU) && __CUDA_ARCH__ >= 900) || defined(__CUDA_ARCH_FEAT_SM90_ALL)
// The stages of one part of k.
struct WgmmaPart {
  int begin, end;
};

__device__ __forceinline__ WgmmaPart wgmma_part(i64 part, int part_stages, int stages) {
  const int begin = (int)part * part_stages;
  return {begin, begin + part_stages < stages ? begin + part_stages : stages};
}

// The stages of one product; where a product is made of several, as many of each follow each other.
template <class Math> __device__ __forceinline__ int wgmma_depth_stages(const MatrixProblem& p) { return (int)((p.k + kWgmmaDepth<Math> - 1) / kWgmmaDepth<Math>); }
template <class Math> __device__ __forceinline__ int wgmma_stages(const MatrixProblem& p) { return wgmma_depth_stages<Math>(p) * Math::kProducts; }

// Where the tiles of a stage lie: the first step along k, and the matrices that the operands' maps count.
struct WgmmaStep {
  i64 k, matrix_a, matrix_b;
};

template <class Math> __device__ __forceinline__ WgmmaStep wgmma_step(const MatrixProblem& p, int step, i64 matrix) {
  const i64 a = p.batch_a == 0 ? 0 : matrix, b = p.batch_b == 0 ? 0 : matrix;
  if constexpr (Math::kProducts == 1) {
    return {(i64)step * kWgmmaDepth<Math>, a, b};
  } else {
    // small * big, big * small, big * big
    static_assert(Math::kProducts == 3, "of the four products one is left out");
    const int stages = wgmma_depth_stages<Math>(p), product = step / stages;
    const i64 big_a = p.batch_a == 0 ? 1 : p.batch, big_b = p.batch_b == 0 ? 1 : p.batch;
    return {(i64)(step % stages) * kWgmmaDepth<Math>, product == 0 ? a : a + big_a, product == 1 ? b : b + big_b};
  }
}

// The maps are of [batch, m, k], or [batch, k, m] when transposed, and of [batch, k, n], or [batch, n, k]; one whose matrices have a
// step of 0 is of a batch of one. Those of split operands are of twice as many matrices, the small parts first.
template <class Math, bool TransposeA, bool TransposeB, class Stores>
__device__ __forceinline__ void wgmma_product(const ptx::TensorMap& map_a, const ptx::TensorMap& map_b, const MatrixProblem& p, const Stores& stores, int parts, int part_stages) {
  static_assert(kWgmmaThreads == 384, "the launchers start 384 threads");
  static_assert(kWgmmaSharedBytes<Math> == (Math::kColumns == 256 ? 196672 : 131136), "the launcher gives so much dynamic shared memory");
  constexpr int kColumns = Math::kColumns, kStageBytes = kWgmmaStageBytes<Math>;
  extern __shared__ __align__(1024) u8 shared[];
  const WgmmaRing<kStageBytes> ring{ptx::smem_u32(shared)};
  ring.start_ring();
  const i64 down = (p.m + kWgmmaRows - 1) / kWgmmaRows, across = (p.n + kColumns - 1) / kColumns, tiles = down * across;
  const int stages = wgmma_stages<Math>(p);
  const i64 items = tiles * p.batch * parts;
  const int consumer = (int)threadIdx.x / 128 - 1;
  WgmmaStage stage;
  if (consumer < 0) {
    ptx::setmaxnreg_dec<40>();
    if (threadIdx.x == 0) {
      for (i64 i = blockIdx.x; i < items; i += gridDim.x) {
        const TilePlace tile = tile_place(i % tiles, down, across);
        const WgmmaPart part = wgmma_part(i / (tiles * p.batch), part_stages, stages);
        for (int step = part.begin; step < part.end; ++step) {
          const WgmmaStep at = wgmma_step<Math>(p, step, i / tiles % p.batch);
          ptx::mbarrier_wait_parity(ring.empty(stage.index), stage.parity ^ 1);
          const u32 full = ring.full(stage.index);
          ptx::mbarrier_arrive_expect_tx(full, kStageBytes);
          load_wgmma_tile<TransposeA, kWgmmaRows>(ring.tile_a(stage.index), &map_a, tile.row * kWgmmaRows, at.k, at.matrix_a, full);
          load_wgmma_tile<!TransposeB, kColumns>(ring.tile_b(stage.index), &map_b, tile.column * kColumns, at.k, at.matrix_b, full);
          stage.advance();
        }
      }
    }
  } else {
    ptx::setmaxnreg_inc<232>();
    for (i64 i = blockIdx.x; i < items; i += gridDim.x) {
      const TilePlace tile = tile_place(i % tiles, down, across);
      WgmmaSums<Math> sums;
      const WgmmaPart part = wgmma_part(i / (tiles * p.batch), part_stages, stages);
      if constexpr (Math::kSumsStages) {
        sum_wgmma_stages<Math, TransposeA, !TransposeB>(sums, ring, stage, consumer, part.end - part.begin);
      } else {
        multiply_wgmma_tile<Math, TransposeA, !TransposeB>(sums, ring, stage, consumer, part.end - part.begin);
      }
      store_wgmma_tile(sums, tile.row * kWgmmaRows + consumer * kConsumerRows, tile.column * kColumns, p.m, p.n, stores.of(i / tiles));
    }
  }
}

// All of k as one part.
template <class Math, bool TransposeA, bool TransposeB, class Stores>
__device__ __forceinline__ void wgmma_product(const ptx::TensorMap& map_a, const ptx::TensorMap& map_b, const MatrixProblem& p, const Stores& stores) {
  wgmma_product<Math, TransposeA, TransposeB>(map_a, map_b, p, stores, 1, wgmma_stages<Math>(p));
}
#endif
