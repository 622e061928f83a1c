// A 128x128 tile of a product sum_k A(row, k) * B(column, k) on tensor cores by mma.sync, sm_80 and above: one block of eight warps of
// 64x32 each. What the elements are and how they are multiplied is said by an arithmetic (common/mma_math.cuh).
//
// The block steps along k in stages of 128 bytes, which cp.async brings into a ring of three in shared memory while the ones before are
// multiplied. A stage holds a tile of each operand as its rows lie in memory: 128 rows of 128 bytes of k, or where the operand is
// MN-major a row to each k, of 128 elements. A chunk, 16 bytes, lies at another place of its row, so that the reads of a fragment hit
// all banks once: chunk c of row r at c ^ r % 8, or where fragments are read element by element (4 bytes, MN-major) at c ^ 2 (r % 4).
//
// A warp reads the fragments of a step along k, 32 bytes, before it multiplies those of the step before, so that the tensor cores do not
// wait for shared memory. Invariant of the loop over stages: at its start stage i lies in shared memory, zero beyond the edges, and the
// warps hold its first fragments. The barrier is before the last products of a stage, when every warp holds its last fragments: the next
// stage is there behind it, whose first fragments are read, and the place of this one is filled again. Each stage commits one group,
// empty at the end, so that the groups that may be pending are always the same number.
#pragma once
#include "common/block_scales.cuh"
#include "common/compute.cuh"
#include "common/row_end.cuh"

#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
#include "common/mma_math.cuh"
#include "common/ptx/cp_async.cuh"
#include "common/ptx/ldmatrix.cuh"

constexpr int kMmaTile = 128;      // rows and columns of a block's tile
constexpr int kMmaStageBytes = 2 * kMmaTile * 128;
constexpr int kMmaStages = 3;
constexpr int kMmaThreads = 256;
constexpr int kWarpRows = 64;      // of the tile, per warp
constexpr int kWarpColumns = 32;
constexpr int kFragmentBytes = 32; // of k, per instruction
template <class T> constexpr int kMmaDepth = 128 / (int)sizeof(T);  // steps along k per stage
template <class T> constexpr int kChunk = 16 / (int)sizeof(T);      // elements
static_assert(kMmaTile / kWarpRows * (kMmaTile / kWarpColumns) * 32 == kMmaThreads, "the warps cover the tile");
static_assert(kMmaTile / kWarpColumns == 4, "a row of warps is 128 threads");
static_assert(kMmaStageBytes / 2 % (16 * kMmaThreads) == 0, "the threads load a tile in whole rounds");
static_assert(kMmaThreads % (kMmaTile / 4) == 0, "a thread's chunks lie in one column, of rows of up to 32");
static_assert(kMmaStages * kMmaStageBytes == 98304, "the launcher gives so much dynamic shared memory");

// Where 16 bytes of an operand lie in memory, and how many elements of them there are; the rest are zeros.
template <class T> struct MmaChunk {
  const T* from;
  int count;
};

// What an operand's elements are read from is a source. It has rows, along which elements lie side by side: `Row row(i64 r)` is all
// that can be known of a row before the column is, `Column column(i64 c)` all that can be known of a chunk that begins at column c
// before the row is, and `MmaChunk<Element> chunk(Row, Column)` puts the two together, with a count of 0 beyond the edges. is_aligned
// says that all chunks lie at multiples of 16 bytes.
//
// A matrix as a source.
template <class T> struct MatrixSource {
  using Element = T;
  struct Row {
    const T* x;
    bool is_inside;
  };
  using Column = i64;
  const T* x;
  i64 rows, columns, pitch;
  bool is_aligned;

  __device__ __forceinline__ MatrixSource(const T* x, i64 rows, i64 columns, i64 pitch)
      : x(x), rows(rows), columns(columns), pitch(pitch), is_aligned(((u64)x | (u64)pitch * sizeof(T)) % 16 == 0) {}

  __device__ __forceinline__ Row row(i64 r) const { return {x + r * pitch, r < rows}; }
  __device__ __forceinline__ Column column(i64 c) const { return c; }
  __device__ __forceinline__ MmaChunk<T> chunk(Row row, Column column) const {
    const i64 left = row.is_inside ? columns - column : 0;
    const int count = left > kChunk<T> ? kChunk<T> : left > 0 ? (int)left : 0;
    return {row.x + column, count};
  }
};

// A matrix whose rows are known to start at multiples of 16 bytes.
template <class T> struct AlignedMatrixSource : MatrixSource<T> {
  static constexpr bool is_aligned = true;
  __device__ __forceinline__ AlignedMatrixSource(const T* x, i64 rows, i64 columns, i64 pitch) : MatrixSource<T>(x, rows, columns, pitch) {}
};

// A place in shared memory, as ordinary reads take it and as ptx does.
struct MmaShared {
  u8* bytes;
  u32 address;

  __device__ __forceinline__ MmaShared operator+(int offset) const { return {bytes + offset, address + offset}; }
};

// How the tiles of an operand lie in shared memory, and the fragments of them: element (mn, k) stands in row mn, or where it is
// MN-major in row k.
template <class T, bool MnMajor> struct MmaTile {
  static_assert(!MnMajor || sizeof(T) > 1, "no instruction transposes bytes");
  static constexpr int kChunks = (MnMajor ? kMmaTile : kMmaDepth<T>) / kChunk<T>;  // in a row of a tile

  // Bytes from the tile's start to a chunk of it.
  __device__ __forceinline__ static int place(int row, int chunk) {
    return (row * kChunks + (chunk ^ (MnMajor && sizeof(T) == 4 ? row % 4 * 2 : row % 8))) * 16;
  }

  // The pieces of 8 rows by 16 bytes of k of a tile that a fragment at (mn, k) is made of: of A those at (mn, k), (mn + 8, k),
  // (mn, k + 16 bytes) and (mn + 8, k + 16 bytes), of B the second and the third change places. k counts bytes of a K-major row.
  template <bool IsA> __device__ __forceinline__ static void load_fragment(u32 (&fragment)[4], MmaShared tile, int mn, int k) {
    const int lane = threadIdx.x % 32, odd = lane / 8 % 2, high = lane / 16, down = IsA ? odd : high, along = IsA ? high : odd;
    if constexpr (!MnMajor) {
      ptx::ldmatrix(fragment, tile.address + place(mn + down * 8 + lane % 8, k / 16 + along));
    } else if constexpr (sizeof(T) == 2) {
      ptx::ldmatrix_trans(fragment, tile.address + place(k / 2 + along * 8 + lane % 8, mn / kChunk<T> + down));
    } else {
#pragma unroll
      for (int i = 0; i < 4; ++i) {
        const int column = mn + (IsA ? i % 2 : i / 2) * 8 + lane / 4, row = k / 4 + (IsA ? i / 2 : i % 2) * 4 + lane % 4;
        fragment[i] = *reinterpret_cast<const u32*>(tile.bytes + place(row, column / kChunk<T>) + column % kChunk<T> * 4);
      }
    }
  }
};

// The tiles along k of an operand, those that begin at row or column mn of the product. A thread brings the same four chunks of each
// tile: they lie in one column of chunks, so that all that is known of their rows, or where the operand is MN-major of their column,
// is found once.
template <class Source, bool MnMajor> struct MmaOperand : MmaTile<typename Source::Element, MnMajor> {
  using T = typename Source::Element;
  using Tile = MmaTile<T, MnMajor>;
  static constexpr int kRounds = kMmaStageBytes / 2 / 16 / kMmaThreads;
  Source source;
  typename Source::Row rows[kRounds];
  typename Source::Column column;

  __device__ __forceinline__ MmaOperand(const Source& source, i64 mn) : source(source) {
    if constexpr (MnMajor) {
      column = source.column(mn + thread_chunk() * kChunk<T>);
    } else {
#pragma unroll
      for (int i = 0; i < kRounds; ++i) rows[i] = source.row(mn + thread_row(i));
    }
  }

  __device__ __forceinline__ static int thread_row(int round) { return (round * kMmaThreads + (int)threadIdx.x) / Tile::kChunks; }
  __device__ __forceinline__ static int thread_chunk() { return (int)threadIdx.x % Tile::kChunks; }

  // Starts to bring the tile that begins at k to `tile`, zero beyond the edges. All threads of the block take part.
  __device__ __forceinline__ void load_tile(MmaShared tile, i64 k) const {
    if constexpr (MnMajor) {
#pragma unroll
      for (int i = 0; i < kRounds; ++i) load_chunk(tile + Tile::place(thread_row(i), thread_chunk()), source.chunk(source.row(k + thread_row(i)), column));
    } else {
      const auto along = source.column(k + thread_chunk() * kChunk<T>);
#pragma unroll
      for (int i = 0; i < kRounds; ++i) load_chunk(tile + Tile::place(thread_row(i), thread_chunk()), source.chunk(rows[i], along));
    }
  }

  __device__ __forceinline__ void load_chunk(MmaShared to, MmaChunk<T> chunk) const {
    if (source.is_aligned) {
      ptx::cp_async_cg(to.address, chunk.from, chunk.count * (u32)sizeof(T));  // of 0 bytes it reads none, wherever they would lie
      return;
    }
    constexpr int kPerWord = 4 / (int)sizeof(T);
    u32 words[4];
#pragma unroll
    for (int i = 0; i < 4; ++i) {
      words[i] = 0;
#pragma unroll
      for (int j = 0; j < kPerWord; ++j) words[i] |= (kPerWord * i + j < chunk.count ? mma_bits(chunk.from[kPerWord * i + j]) : 0u) << (j * 8 * (int)sizeof(T));
    }
    *reinterpret_cast<uint4*>(to.bytes) = uint4{words[0], words[1], words[2], words[3]};
  }
};

// A warp's part of the tile: element i of piece [r][c] is row 16 r + lane / 4 + 8 (i / 2), column 8 c + 2 (lane % 4) + i % 2.
template <class Math> using MmaSums = typename Math::Sum[kWarpRows / 16][kWarpColumns / 8][4];

// A warp's place in the tile. Warps w and w + 4 share one of the multiprocessor's four tensor cores; the second row of warps is turned
// by two, so that the warps of the left half alone still have all four, as have those of the upper half.
__device__ __forceinline__ int mma_warp_row() { return (int)threadIdx.x / 32 / (kMmaTile / kWarpColumns) * kWarpRows; }
__device__ __forceinline__ int mma_warp_column() { return ((int)threadIdx.x / 32 % (kMmaTile / kWarpColumns) ^ (int)threadIdx.x / 128 * 2) * kWarpColumns; }

// What a warp multiplies in one step along k, as it is stored.
struct MmaFragments {
  u32 left[kWarpRows / 16][4], right[kWarpColumns / 16][4];
};

// Reads the fragments of the step that begins at byte k of a stage.
template <class A, class B> __device__ __forceinline__ void load_fragments(MmaFragments& fragments, MmaShared stage, int k) {
#pragma unroll
  for (int r = 0; r < kWarpRows / 16; ++r) A::template load_fragment<true>(fragments.left[r], stage, mma_warp_row() + 16 * r, k);
#pragma unroll
  for (int c = 0; c < kWarpColumns / 16; ++c) B::template load_fragment<false>(fragments.right[c], stage + kMmaStageBytes / 2, mma_warp_column() + 16 * c, k);
}

// Adds the products of a step to the warp's sums.
template <class Math> __device__ __forceinline__ void multiply_fragments(MmaSums<Math>& sums, const MmaFragments& fragments) {
  typename Math::Fragment left[kWarpRows / 16], right[kWarpColumns / 16];
#pragma unroll
  for (int r = 0; r < kWarpRows / 16; ++r) left[r] = Math::fragment(fragments.left[r]);
#pragma unroll
  for (int c = 0; c < kWarpColumns / 16; ++c) right[c] = Math::fragment(fragments.right[c]);
#pragma unroll
  for (int r = 0; r < kWarpRows / 16; ++r) {
#pragma unroll
    for (int c = 0; c < kWarpColumns / 8; ++c) Math::multiply(sums[r][c], left[r], right[c / 2], c % 2);
  }
}

// The sums over k in [begin, end) of the tile whose corner is (first_row, first_column), where a and b begin; end is the operands'
// depth, or a whole number of stages from begin. `stages` is the block's dynamic shared memory. All threads of the block take part; a
// warp whose part lies beyond the edges only helps to load. Where stages have scales (common/block_scales.cuh), of which begin starts
// one, the products of a stage are summed by themselves and the sums of the stages are added here.
template <class Math, class A, class B, class Scales = NoBlockScales>
__device__ __forceinline__ void multiply_mma_tile(MmaSums<Math>& sums, u8* stages, const A& a, const B& b, i64 first_row, i64 first_column, i64 rows, i64 columns, i64 begin, i64 end, const Scales& scales = {}) {
  constexpr int kDepth = kMmaDepth<typename Math::Element>, kSteps = 128 / kFragmentBytes;
  static_assert(!Scales::kExist || (kDepth == kScaleBlock && kScaleBlock % kWarpColumns == 0), "a stage of a warp's part has one scale of B");
  static_assert(kSteps % 2 == 0, "a stage begins with the first of the two sets of fragments");
  const int count = (int)((end - begin + kDepth - 1) / kDepth);
  const bool has_part = first_row + mma_warp_row() < rows && first_column + mma_warp_column() < columns;
  const MmaShared ring{stages, ptx::smem_u32(stages)};
  const auto load = [&](int place, int stage) {
    if (stage < count) {
      a.load_tile(ring + place, begin + (i64)stage * kDepth);
      b.load_tile(ring + place + kMmaStageBytes / 2, begin + (i64)stage * kDepth);
    }
    ptx::cp_async_commit();
  };
  for (int stage = 0; stage < kMmaStages; ++stage) load(stage * kMmaStageBytes, stage);
  ptx::cp_async_wait<kMmaStages - 1>();
  __syncthreads();
  MmaFragments fragments[2];
  if (has_part && count > 0) load_fragments<A, B>(fragments[0], ring, 0);
  int place = 0;
  for (int stage = 0; stage < count; ++stage) {
    const int next = place + kMmaStageBytes == kMmaStages * kMmaStageBytes ? 0 : place + kMmaStageBytes;
    MmaSums<Math> part = {};
    if (has_part) {
#pragma unroll
      for (int step = 0; step < kSteps - 1; ++step) {
        load_fragments<A, B>(fragments[(step + 1) % 2], ring + place, (step + 1) * kFragmentBytes);
        multiply_fragments<Math>(Scales::kExist ? part : sums, fragments[step % 2]);
      }
    }
    ptx::cp_async_wait<kMmaStages - 2>();
    __syncthreads();
    load(place, stage + kMmaStages);
    if (has_part) {
      if (stage + 1 < count) load_fragments<A, B>(fragments[0], ring + next, 0);
      multiply_fragments<Math>(Scales::kExist ? part : sums, fragments[(kSteps - 1) % 2]);
      if constexpr (Scales::kExist) {
        const auto factors = scales.template at<kWarpRows / 8, 8>(first_row + mma_warp_row() + threadIdx.x % 32 / 4, first_column + mma_warp_column(), begin / kDepth + stage);
#pragma unroll
        for (int r = 0; r < kWarpRows / 16; ++r) {
#pragma unroll
          for (int c = 0; c < kWarpColumns / 8; ++c) {
#pragma unroll
            for (int i = 0; i < 4; ++i) sums[r][c][i] = factors.add(sums[r][c][i], part[r][c][i], 2 * r + i / 2);
          }
        }
      }
    }
    place = next;
  }
}

// Gives what lies within rows x columns to store.pair(row, column, x, y), two elements side by side, the first in an even column, or
// to store.element(row, column, x). A warp's part may be narrower than in the sums of a tile.
template <class Sum, int Across, class Store>
__device__ __forceinline__ void store_mma_tile(const Sum (&sums)[kWarpRows / 16][Across][4], i64 first_row, i64 first_column, i64 rows, i64 columns, const Store& store) {
  const int lane = threadIdx.x % 32;
  const i64 warp_column = first_column + mma_warp_column() / kWarpColumns * (8 * Across);
#pragma unroll
  for (int r = 0; r < kWarpRows / 8; ++r) {
    const i64 row = first_row + mma_warp_row() + 8 * r + lane / 4;
#pragma unroll
    for (int c = 0; c < Across; ++c) {
      const i64 column = warp_column + 8 * c + 2 * (lane % 4);
      const Sum x = sums[r / 2][c][r % 2 * 2], y = sums[r / 2][c][r % 2 * 2 + 1];
      if (row < rows && column + 1 < columns) {
        store.pair(row, column, x, y);
      } else if (row < rows && column < columns) {
        store.element(row, column, x);
      }
    }
    end_row<4>(store, row, warp_column / (8 * Across), row < rows && warp_column < columns);
  }
}
#endif
