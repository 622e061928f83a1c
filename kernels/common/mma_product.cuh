// op(A) * op(B) on tensor cores by mma.sync, for any kernel that says what becomes of the sums (common/scaled_store.cuh). A block of
// kMmaThreads threads, with kMmaStages * kMmaStageBytes of dynamic shared memory, makes a 128x128 tile (common/mma_tile.cuh). The
// tiles of a matrix lie along the grid's x in the order of common/tile_order.cuh, the matrices of the batch along y, and along z the
// parts of k, `depth` steps each: a whole number of stages, or all. The sums of part z of a matrix go to the store of matrix
// z * batch + matrix.
#pragma once
#include "common/matrix_problem.cuh"
#include "common/mma_tile.cuh"
#include "common/tile_order.cuh"

#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
template <class Math, bool TransposeA, bool TransposeB, class Stores>
__device__ __forceinline__ void mma_product(const typename Math::Element* a, const typename Math::Element* b, const MatrixProblem& p, const Stores& stores, i64 depth) {
  static_assert(kMmaThreads == 256, "the launchers start 256 threads");
  using A = MmaOperand<typename Math::Element, TransposeA>;
  using B = MmaOperand<typename Math::Element, !TransposeB>;
  extern __shared__ __align__(128) u8 stages[];
  const i64 down = (p.m + kMmaTile - 1) / kMmaTile;
  const TilePlace tile = tile_place(blockIdx.x, down, gridDim.x / down);
  const i64 first_row = tile.row * kMmaTile, first_column = tile.column * kMmaTile;
  MmaSums<Math> sums = {};
  const A left(a + blockIdx.y * p.batch_a, p.m, p.k, p.lda);
  const B right(b + blockIdx.y * p.batch_b, p.n, p.k, p.ldb);
  const i64 begin = blockIdx.z * depth, end = begin + depth < p.k ? begin + depth : p.k;
  multiply_mma_tile<Math>(sums, stages, left, right, first_row, first_column, p.m, p.n, begin, end);
  store_mma_tile(sums, first_row, first_column, p.m, p.n, stores.of(blockIdx.z * p.batch + blockIdx.y));
}
#endif
