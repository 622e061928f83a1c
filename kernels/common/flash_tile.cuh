// Tiles of rows in shared memory for attention on tensor cores: filled by cp.async, read as fragments by ldmatrix, written back
// in whole rows. A row holds Dim elements of 16 bits, a multiple of 64. Its 16-byte chunks change places by XOR with the
// number of the row, so that the eight rows that ldmatrix reads at once lie in different banks.
#pragma once
#include "common/block_reduce.cuh"
#include "common/elementwise.cuh"
#include "common/pack_pair.cuh"
#include "common/ptx/convert.cuh"
#include "common/ptx/cp_async.cuh"
#include "common/ptx/forget.cuh"
#include "common/ptx/ldmatrix.cuh"
#include "common/ptx/mma.cuh"

#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
constexpr int kChunk = 8;  // elements that move at once

template <class T, int Count, int Dim>
__device__ __forceinline__ T* chunk_of(T (&tile)[Count][Dim], int row, int chunk) {
  return tile[row] + (chunk ^ row % 8) * kChunk;
}

// Begins to copy 16 bytes of a row, or zeros where there is none. Sources that do not lie at multiples of 16 bytes are copied element by element.
template <class T> __device__ __forceinline__ void copy_chunk(T* to, const T* source, bool is_there, bool is_whole) {
  if (is_whole) {
    ptx::cp_async_cg(ptx::smem_u32(to), source, is_there ? 16 : 0);
  } else {
#pragma unroll
    for (int c = 0; c < kChunk; ++c) to[c] = is_there ? source[c] : T{};
  }
}

// Begins to fill a tile with the rows that there are, `pitch` elements apart, and zeros, by a block of Threads. Each thread must wait for its copies
// (cp_async_wait_all), and then for the others, before the tile is read. A thread copies the same chunk of every so many rows.
template <int Threads, class T, int Count, int Dim>
__device__ __forceinline__ void fill_tile(T (&tile)[Count][Dim], const T* from, i64 rows, i64 pitch = Dim) {
  constexpr int kChunks = Dim / kChunk, kAtOnce = Threads / kChunks;
  static_assert(Threads % kChunks == 0 && Count % kAtOnce == 0, "a thread copies whole chunks of its own column");
  u32 thread = threadIdx.x;
  ptx::forget(thread);  // else the places of its copies would live through the loop over the tiles
  const int row = (int)(thread / kChunks), chunk = (int)(thread % kChunks);
  const T* source = from + row * pitch + chunk * kChunk;
  const i64 stride = kAtOnce * pitch;
  const u32 to = ptx::smem_u32(chunk_of(tile, row, chunk));
  if (!is_aligned<kChunk>(from)) {
#pragma unroll 1
    for (int i = row; i < Count; i += kAtOnce, source += stride) copy_chunk(chunk_of(tile, i, chunk), i < rows ? source : from, i < rows, false);
  } else if (rows >= Count) {
#pragma unroll
    for (int i = 0; i < Count; i += kAtOnce, source += stride) ptx::cp_async_cg((to ^ i % 8 * 16) + i * Dim * (int)sizeof(T), source);
  } else {
#pragma unroll
    for (int i = 0; i < Count; i += kAtOnce, source += stride) {
      const bool is_there = row + i < rows;
      ptx::cp_async_cg((to ^ i % 8 * 16) + i * Dim * (int)sizeof(T), is_there ? source : from, is_there ? 16 : 0);
    }
  }
}

// Where a lane reads fragments of m16n8k16 in a tile, which lies at a multiple of 128 bytes: those of 16 rows from the tile's first, or from `row`, a
// multiple of 8, and of its first 16 columns. fragment_at leads from there to others.
// As A, or as two of B one after the other, the rows being those of B (with ldmatrix_trans).
template <class T, int Count, int Dim> __device__ __forceinline__ u32 rows_at(T (&tile)[Count][Dim], int row = 0) {
  const int lane = threadIdx.x % 32;
  return ptx::smem_u32(chunk_of(tile, row + lane % 16, lane / 16));
}
// As two of B one after the other, the rows being its columns.
template <class T, int Count, int Dim> __device__ __forceinline__ u32 transposed_at(T (&tile)[Count][Dim]) {
  const int lane = threadIdx.x % 32;
  return ptx::smem_u32(chunk_of(tile, lane / 16 * 8 + lane % 8, lane / 8 % 2));
}
// Those of so many rows further, a multiple of 8, and of the columns from 16 * k.
template <int Dim> __device__ __forceinline__ u32 fragment_at(u32 first, int row, int k) { return (first ^ k % 4 * 32) + k / 4 * 128 + row * Dim * 2; }

// d += a b for two fragments of B, which make two tiles of d.
template <class T>
__device__ __forceinline__ void multiply_pair(float (&d0)[4], float (&d1)[4], const u32 (&a)[4], const u32 (&b)[4]) {
  const u32 b0[2] = {b[0], b[1]}, b1[2] = {b[2], b[3]};
  ptx::mma_m16n8k16<T>(d0, a, b0, d0);
  ptx::mma_m16n8k16<T>(d1, a, b1, d1);
}

// Whether one of a register's two elements is infinite or NaN: all bits of its exponent are set.
template <class T> __device__ bool is_special(u32 pair);
template <> __device__ __forceinline__ bool is_special<f16>(u32 pair) { return (~pair & 0x7c00u) == 0 || (~pair & 0x7c000000u) == 0; }
template <> __device__ __forceinline__ bool is_special<bf16>(u32 pair) { return (~pair & 0x7f80u) == 0 || (~pair & 0x7f800000u) == 0; }

// Over the four lanes that hold a row of an accumulator.
template <class Op> __device__ __forceinline__ float quad_reduce(float x, Op op) {
  x = op(x, __shfl_xor_sync(kAllLanes, x, 1));
  return op(x, __shfl_xor_sync(kAllLanes, x, 2));
}

// Writes the warp's 16 rows from `row` of the tile, as many as there are and `pitch` elements apart, in the place of what only this warp has read there
// before the block's last barrier: accumulators times a factor for each of a lane's two rows, rounded once.
template <class T, int Count, int Dim>
__device__ __forceinline__ void store_rows(T* to, T (&tile)[Count][Dim], int row, i64 rows, const float (&o)[Dim / 8][4],
                                           const float (&factor)[2], i64 pitch = Dim) {
  const int lane = threadIdx.x % 32;
#pragma unroll
  for (int n = 0; n < Dim / 8; ++n) {
#pragma unroll
    for (int h = 0; h < 2; ++h) {
      T* pair = chunk_of(tile, row + lane / 4 + 8 * h, n) + lane % 4 * 2;
      *reinterpret_cast<u32*>(pair) = pack_pair<T>(o[n][2 * h] * factor[h], o[n][2 * h + 1] * factor[h]);
    }
  }
  __syncwarp();
  constexpr int kChunks = Dim / kChunk;
  const bool is_whole = is_aligned<kChunk>(to);
  const int end = 16 < rows ? 16 : (int)rows;
  for (int i = lane; i < end * kChunks; i += 32) {
    const T* from = chunk_of(tile, row + i / kChunks, i % kChunks);
    T* chunk = to + i / kChunks * pitch + i % kChunks * kChunk;
    if (is_whole) {
      *reinterpret_cast<Pack<T, kChunk>*>(chunk) = *reinterpret_cast<const Pack<T, kChunk>*>(from);
    } else {
#pragma unroll
      for (int c = 0; c < kChunk; ++c) chunk[c] = from[c];
    }
  }
}
#endif
