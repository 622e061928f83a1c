// op(A) * op(B) on the ordinary arithmetic units, for any kernel that says what becomes of the sums (common/scaled_store.cuh). A block
// of kTileThreads threads makes a tile of kTile rows and columns (common/tile_product.cuh); the tiles of a matrix lie along the
// grid's x, rows of tiles first, and the blocks along y share the matrices of the batch.
#pragma once
#include "common/matrix_problem.cuh"
#include "common/matrix_rows.cuh"
#include "common/row_end.cuh"
#include "common/tile_product.cuh"

// Gives what lies within rows x columns of a thread's sums to store.element(row, column, sum), rows one after the other. A thread's
// piece may be narrower than in the sums of a tile.
template <class S, int Across, class Store>
__device__ __forceinline__ void store_simt_tile(const S (&sum)[kPiece][Across], i64 first_row, i64 first_column, i64 rows, i64 columns, const Store& store) {
  constexpr int kLanes = kTile / kPiece;
  const i64 piece_row = first_row + threadIdx.x / kLanes * kPiece, piece_column = first_column + threadIdx.x % kLanes * Across;
#pragma unroll
  for (int i = 0; i < kPiece; ++i) {
#pragma unroll
    for (int j = 0; j < Across; ++j) {
      if (piece_row + i < rows && piece_column + j < columns) store.element(piece_row + i, piece_column + j, sum[i][j]);
    }
    end_row<kLanes - 1>(store, piece_row + i, first_column / (kLanes * Across), piece_row + i < rows);
  }
}

// op(A) times any B of so many columns: right_of(matrix) is its operand of a matrix (common/tile_product.cuh).
template <bool TransposeA, class T, class B, class Stores>
__device__ __forceinline__ void simt_walk(const T* a, const B& right_of, i64 columns, const MatrixProblem& p, const Stores& stores) {
  const i64 tiles_across = (columns + kTile - 1) / kTile;
  const i64 first_row = blockIdx.x / tiles_across * kTile;
  const i64 first_column = blockIdx.x % tiles_across * kTile;
  for (i64 matrix = blockIdx.y; matrix < p.batch; matrix += gridDim.y) {
    sum_t<T> sum[kPiece][kPiece] = {};
    const MatrixRows<TransposeA, T> left{a + matrix * p.batch_a, p.m, p.k, TransposeA ? 1 : p.lda, TransposeA ? p.lda : 1};
    multiply_tile(sum, left, right_of(matrix), first_row, first_column, 0, p.k);
    store_simt_tile(sum, first_row, first_column, p.m, columns, stores.of(matrix));
  }
}

template <bool TransposeA, bool TransposeB, class T, class Stores>
__device__ __forceinline__ void simt_product(const T* a, const T* b, const MatrixProblem& p, const Stores& stores) {
  const auto right_of = [&](i64 matrix) { return MatrixRows<!TransposeB, T>{b + matrix * p.batch_b, p.n, p.k, TransposeB ? p.ldb : 1, TransposeB ? 1 : p.ldb}; };
  simt_walk<TransposeA>(a, right_of, p.n, p, stores);
}
