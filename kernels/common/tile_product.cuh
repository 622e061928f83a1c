// A 64x64 tile of a product sum_k A(row, k) * B(column, k), made by one block of 256 threads from any two operands that can be asked
// for an element: the matrix product and the convolutions differ only in where an element lies.
//
// The block steps along k in slices of 16 that it stages in shared memory, and each thread keeps a 4x4 piece of the tile in
// registers, so that a value read from shared memory is used four times.
// Invariant of the loop: between the two barriers the whole slice [k0, k0 + 16) of both operands lies in shared memory, zero beyond
// the edges, so that the inner loop needs no guard.
//
// An operand has `Row row(i64 r)`, which is all that can be known of a row (or column) before k is, and `S at(Row, i64 k)`, zero
// beyond the edges; `kRowsAreDense` says that neighbouring rows, not neighbouring k, lie side by side in memory.
#pragma once
#include "common/compute.cuh"

constexpr int kTile = 64;     // rows and columns of a block's tile
constexpr int kSlice = 16;    // steps along k per round
constexpr int kPiece = 4;     // rows and columns per thread
constexpr int kTileThreads = (kTile / kPiece) * (kTile / kPiece);
static_assert(kTileThreads == 256, "the launchers start 256 threads");
static_assert((kTile * kSlice) % kTileThreads == 0, "the threads load a slice in whole rounds");
static_assert(kTileThreads % kTile == 0 && kTileThreads % kSlice == 0, "a thread's loads of a slice differ in one index alone");

template <class S, class Operand>
__device__ __forceinline__ void load_slice(S (&slice)[kSlice][kTile + 1], const Operand& operand, i64 first_row, i64 k0) {
  if constexpr (Operand::kRowsAreDense) {
    const int r = threadIdx.x % kTile;
    const auto row = operand.row(first_row + r);
#pragma unroll
    for (int s = threadIdx.x / kTile; s < kSlice; s += kTileThreads / kTile) slice[s][r] = operand.at(row, k0 + s);
  } else {
    const int s = threadIdx.x % kSlice;
#pragma unroll
    for (int r = threadIdx.x / kSlice; r < kTile; r += kTileThreads / kSlice) slice[s][r] = operand.at(operand.row(first_row + r), k0 + s);
  }
}

// Adds the products of k in [begin, end) to the thread's piece of the tile; the tile's corner is (first_row, first_column). All
// threads of the block take part.
template <class S, class A, class B>
__device__ __forceinline__ void multiply_tile(S (&sum)[kPiece][kPiece], const A& a, const B& b, i64 first_row, i64 first_column, i64 begin, i64 end) {
  __shared__ S slice_a[kSlice][kTile + 1];  // one column of padding: the transposing store hits 16 different banks
  __shared__ S slice_b[kSlice][kTile + 1];
  const int piece_row = threadIdx.x / (kTile / kPiece) * kPiece;
  const int piece_column = threadIdx.x % (kTile / kPiece) * kPiece;
  for (i64 k0 = begin; k0 < end; k0 += kSlice) {
    load_slice(slice_a, a, first_row, k0);
    load_slice(slice_b, b, first_column, k0);
    __syncthreads();
#pragma unroll
    for (int s = 0; s < kSlice; ++s) {
      S left[kPiece], right[kPiece];
#pragma unroll
      for (int i = 0; i < kPiece; ++i) {
        left[i] = slice_a[s][piece_row + i];
        right[i] = slice_b[s][piece_column + i];
      }
#pragma unroll
      for (int i = 0; i < kPiece; ++i) {
#pragma unroll
        for (int j = 0; j < kPiece; ++j) sum[i][j] += left[i] * right[j];
      }
    }
    __syncthreads();  // the next round overwrites the slices
  }
}

// Calls store(row, column, sum) for each element of the thread's piece that lies within rows x columns.
template <class S, class Store>
__device__ __forceinline__ void store_tile(const S (&sum)[kPiece][kPiece], i64 first_row, i64 first_column, i64 rows, i64 columns, Store store) {
  const i64 piece_row = first_row + threadIdx.x / (kTile / kPiece) * kPiece;
  const i64 piece_column = first_column + threadIdx.x % (kTile / kPiece) * kPiece;
#pragma unroll
  for (int i = 0; i < kPiece; ++i) {
#pragma unroll
    for (int j = 0; j < kPiece; ++j) {
      if (piece_row + i < rows && piece_column + j < columns) store(piece_row + i, piece_column + j, sum[i][j]);
    }
  }
}
