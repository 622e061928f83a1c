// A 128x128 tile of a product sum_k A(row, k) * B(column, k) of 16-bit floats on tensor cores by mma.sync, sm_80 and above: one block
// of eight warps of 64x32 each, sums in float.
//
// The block steps along k in stages of 64, which cp.async brings into a ring of three in shared memory while the one before is
// multiplied. A stage holds a tile of each operand as its rows lie in memory: 128 rows of 64 k, or where the operand is MN-major 64
// rows (one to each k) of 128. Chunk c of row r, 16 bytes, lies at chunk c ^ r % 8 of the row, so that the eight rows of an ldmatrix
// hit all banks once.
// Invariant of the loop: after the barrier of step i its stage lies in shared memory, zero beyond the edges, and every warp is done
// with the stage of step i - 1, which is the one that is filled next. Each step commits one group, empty at the end, so that the
// groups that may be pending are always the same number.
#pragma once
#include "common/compute.cuh"

#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
#include "common/ptx/cp_async.cuh"
#include "common/ptx/ldmatrix.cuh"
#include "common/ptx/mma.cuh"

constexpr int kMmaTile = 128;   // rows and columns of a block's tile
constexpr int kMmaDepth = 64;   // steps along k per stage
constexpr int kMmaStages = 3;
constexpr int kMmaThreads = 256;
constexpr int kWarpRows = 64;   // of the tile, per warp
constexpr int kWarpColumns = 32;
constexpr int kChunk = 8;       // elements of 16 bytes
constexpr int kMmaTileBytes = kMmaTile * kMmaDepth * 2;
constexpr int kMmaStageBytes = 2 * kMmaTileBytes;
static_assert(kMmaTile / kWarpRows * (kMmaTile / kWarpColumns) * 32 == kMmaThreads, "the warps cover the tile");
static_assert(kMmaTile * kMmaDepth % (kChunk * kMmaThreads) == 0, "the threads load a tile in whole rounds");
static_assert(kMmaStages * kMmaStageBytes == 98304, "the launcher gives so much dynamic shared memory");

// An operand as it lies in memory: element (mn, k) stands in row mn, or where it is MN-major in row k.
template <class T, bool MnMajor> struct MmaOperand {
  static_assert(sizeof(T) == 2, "the fragments hold 16-bit elements");
  static constexpr int kChunks = (MnMajor ? kMmaTile : kMmaDepth) / kChunk;  // in a row of a tile
  const T* x;
  i64 rows, columns, pitch;
  bool is_aligned;  // every row starts at a multiple of 16 bytes

  __device__ __forceinline__ MmaOperand(const T* x, i64 mn, i64 depth, i64 pitch)
      : x(x), rows(MnMajor ? depth : mn), columns(MnMajor ? mn : depth), pitch(pitch), is_aligned(((u64)x | (u64)pitch * sizeof(T)) % 16 == 0) {}

  // Bytes from the tile's start to a chunk of it.
  __device__ __forceinline__ static int place(int row, int chunk) { return (row * kChunks + (chunk ^ row % 8)) * 16; }

  // Starts to bring the tile whose corner is (mn, k) to `tile`, zero beyond the edges. All threads of the block take part.
  __device__ __forceinline__ void load_tile(u8* tile, i64 mn, i64 k) const {
    const i64 first_row = MnMajor ? k : mn;
    const i64 first_column = MnMajor ? mn : k;
#pragma unroll
    for (int i = 0; i < kMmaTile * kMmaDepth / kChunk; i += kMmaThreads) {
      const int row = (i + (int)threadIdx.x) / kChunks, chunk = (i + (int)threadIdx.x) % kChunks;
      load_chunk(tile + place(row, chunk), first_row + row, first_column + chunk * kChunk);
    }
  }

  __device__ __forceinline__ void load_chunk(u8* to, i64 row, i64 column) const {
    const i64 left = row < rows ? columns - column : 0;
    const int count = left > kChunk ? kChunk : left > 0 ? (int)left : 0;
    const T* from = x + row * pitch + column;
    if (is_aligned) {
      ptx::cp_async_cg(ptx::smem_u32(to), from, count * (u32)sizeof(T));  // of 0 bytes it reads none, wherever they would lie
      return;
    }
    u32 pairs[kChunk / 2];
#pragma unroll
    for (int i = 0; i < kChunk / 2; ++i) {
      const u32 low = 2 * i < count ? from[2 * i].bits : 0u;
      const u32 high = 2 * i + 1 < count ? from[2 * i + 1].bits : 0u;
      pairs[i] = low | high << 16;
    }
    *reinterpret_cast<uint4*>(to) = uint4{pairs[0], pairs[1], pairs[2], pairs[3]};
  }

  // The 8x8 pieces at (mn, k), (mn + 8, k), (mn, k + 8) and (mn + 8, k + 8) of a tile at a shared address: for A the fragment of
  // mma.m16n8k16, for B registers 0 and 2 that of its columns mn to mn + 7, and 1 and 3 that of the next eight.
  __device__ __forceinline__ static void load_fragment(u32 (&fragment)[4], u32 tile, int mn, int k) {
    const int lane = threadIdx.x % 32;
    if constexpr (MnMajor) {
      ptx::ldmatrix_trans(fragment, tile + place(k + lane / 16 * 8 + lane % 8, mn / kChunk + lane / 8 % 2));
    } else {
      ptx::ldmatrix(fragment, tile + place(mn + lane % 16, k / kChunk + lane / 16));
    }
  }
};

// A warp's part of the tile: element i of piece [r][c] is row 16 r + lane / 4 + 8 (i / 2), column 8 c + 2 (lane % 4) + i % 2.
using MmaSums = float[kWarpRows / 16][kWarpColumns / 8][4];

__device__ __forceinline__ int mma_warp_row() { return (int)threadIdx.x / 32 / (kMmaTile / kWarpColumns) * kWarpRows; }
__device__ __forceinline__ int mma_warp_column() { return (int)threadIdx.x / 32 % (kMmaTile / kWarpColumns) * kWarpColumns; }

// Adds the products of a stage, whose tiles lie at shared addresses, to the warp's sums.
template <class T, class A, class B>
__device__ __forceinline__ void multiply_stage(MmaSums& sums, u32 tile_a, u32 tile_b) {
#pragma unroll
  for (int k = 0; k < kMmaDepth; k += 16) {
    u32 left[kWarpRows / 16][4], right[kWarpColumns / 16][4];
#pragma unroll
    for (int r = 0; r < kWarpRows / 16; ++r) A::load_fragment(left[r], tile_a, mma_warp_row() + 16 * r, k);
#pragma unroll
    for (int c = 0; c < kWarpColumns / 16; ++c) B::load_fragment(right[c], tile_b, mma_warp_column() + 16 * c, k);
#pragma unroll
    for (int r = 0; r < kWarpRows / 16; ++r) {
#pragma unroll
      for (int c = 0; c < kWarpColumns / 8; ++c) {
        const u32 columns[2] = {right[c / 2][c % 2], right[c / 2][c % 2 + 2]};
        ptx::mma_m16n8k16<T>(sums[r][c], left[r], columns, sums[r][c]);
      }
    }
  }
}

// The sums over all k of the tile whose corner is (first_row, first_column); `stages` is the block's dynamic shared memory. All
// threads of the block take part; a warp whose part lies beyond the edges only helps to load.
template <class T, class A, class B>
__device__ __forceinline__ void multiply_mma_tile(MmaSums& sums, u8* stages, const A& a, const B& b, i64 first_row, i64 first_column, i64 rows, i64 columns, i64 depth) {
  const int steps = (int)((depth + kMmaDepth - 1) / kMmaDepth);
  const bool has_part = first_row + mma_warp_row() < rows && first_column + mma_warp_column() < columns;
  const auto load = [&](int step) {
    if (step < steps) {
      u8* stage = stages + step % kMmaStages * kMmaStageBytes;
      a.load_tile(stage, first_row, (i64)step * kMmaDepth);
      b.load_tile(stage + kMmaTileBytes, first_column, (i64)step * kMmaDepth);
    }
    ptx::cp_async_commit();
  };
  for (int step = 0; step < kMmaStages - 1; ++step) load(step);
  for (int step = 0; step < steps; ++step) {
    ptx::cp_async_wait<kMmaStages - 2>();
    __syncthreads();
    load(step + kMmaStages - 1);
    if (has_part) {
      const u32 stage = ptx::smem_u32(stages + step % kMmaStages * kMmaStageBytes);
      multiply_stage<T, A, B>(sums, stage, stage + kMmaTileBytes);
    }
  }
}

// Gives what lies within rows x columns to store.pair(row, column, x, y), two elements side by side, the first in an even column, or
// to store.element(row, column, x).
template <class Store>
__device__ __forceinline__ void store_mma_tile(const MmaSums& sums, i64 first_row, i64 first_column, i64 rows, i64 columns, const Store& store) {
  const int lane = threadIdx.x % 32;
#pragma unroll
  for (int r = 0; r < kWarpRows / 8; ++r) {
    const i64 row = first_row + mma_warp_row() + 8 * r + lane / 4;
#pragma unroll
    for (int c = 0; c < kWarpColumns / 8; ++c) {
      const i64 column = first_column + mma_warp_column() + 8 * c + 2 * (lane % 4);
      const float x = sums[r / 2][c][r % 2 * 2], y = sums[r / 2][c][r % 2 * 2 + 1];
      if (row < rows && column + 1 < columns) {
        store.pair(row, column, x, y);
      } else if (row < rows && column < columns) {
        store.element(row, column, x);
      }
    }
  }
}
#endif
