// op(A) * op(B) on tensor cores by mma.sync, for any kernel that says what becomes of the sums (common/scaled_store.cuh). A block of
// kMmaThreads threads, with kMmaStages * kMmaStageBytes of dynamic shared memory, makes a 128x128 tile (common/mma_tile.cuh). The
// tiles of a matrix lie along the grid's x in the order of common/tile_order.cuh, the matrices of the batch along y, and along z the
// parts of k, `depth` steps each: a whole number of stages, or all. The sums of part z of a matrix go to the store of matrix
// z * batch + matrix.
#pragma once
#include "common/matrix_problem.cuh"
#include "common/mma_store.cuh"
#include "common/tile_order.cuh"

#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
// The sums over k in [begin, end) of the tile whose corner is (first_row, first_column), given to a store. A and B are operands of
// common/mma_tile.cuh that begin there.
template <class Math, class A, class B, class Store, class Scales = NoBlockScales>
__device__ __forceinline__ void mma_tile_product(
    const A& a, const B& b, i64 first_row, i64 first_column, i64 rows, i64 columns, i64 begin, i64 end, const Store& store, const Scales& scales = {}) {
  extern __shared__ __align__(128) u8 stages[];
  MmaSums<Math> sums = {};
  multiply_mma_tile<Math>(sums, stages, a, b, first_row, first_column, rows, columns, begin, end, scales);
  store_mma_tile(sums, first_row, first_column, rows, columns, store);
}

// A matrix as an operand: mn x depth, or in memory depth x mn where it is MN-major.
template <bool MnMajor, template <class> class Source = MatrixSource, class T>
__device__ __forceinline__ MmaOperand<Source<T>, MnMajor> matrix_operand(const T* x, i64 mn, i64 depth, i64 pitch, i64 first) {
  return {Source<T>(x, MnMajor ? depth : mn, MnMajor ? mn : depth, pitch), first};
}

// op(A) times any B of so many columns: right_of(matrix, column) is its operand (common/mma_tile.cuh) that begins at a column.
template <class Math, bool TransposeA, class A, class B, class Stores, class Scales = NoBlockScales>
__device__ __forceinline__ void mma_walk(const A* a, const B& right_of, i64 columns, const MatrixProblem& p, const Stores& stores, i64 depth, const Scales& scales = {}) {
  static_assert(kMmaThreads == 256, "the launchers start 256 threads");
  const i64 down = (p.m + kMmaTile - 1) / kMmaTile;
  const TilePlace tile = tile_place(blockIdx.x, down, gridDim.x / down);
  const i64 first_row = tile.row * kMmaTile, first_column = tile.column * kMmaTile;
  const auto left = matrix_operand<TransposeA>(a + blockIdx.y * p.batch_a, p.m, p.k, p.lda, first_row);
  const i64 begin = blockIdx.z * depth, end = begin + depth < p.k ? begin + depth : p.k;
  const auto right = right_of(blockIdx.y, first_column);
  mma_tile_product<Math>(left, right, first_row, first_column, p.m, columns, begin, end, stores.of(blockIdx.z * p.batch + blockIdx.y), scales);
}

template <class Math, bool TransposeA, bool TransposeB, class A, class B, class Stores, class Scales = NoBlockScales>
__device__ __forceinline__ void mma_product(const A* a, const B* b, const MatrixProblem& p, const Stores& stores, i64 depth, const Scales& scales = {}) {
  const auto right_of = [&](i64 matrix, i64 column) { return matrix_operand<!TransposeB>(b + matrix * p.batch_b, p.n, p.k, p.ldb, column); };
  mma_walk<Math, TransposeA>(a, right_of, p.n, p, stores, depth, scales);
}
#endif
