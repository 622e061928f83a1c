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
static_assert((kWarpRows & (kWarpRows - 1)) == 0 && (kWarpColumns & (kWarpColumns - 1)) == 0, "what begins a warp's part and what counts in it are bits of their own");
static_assert(kMmaStageBytes / 2 % (16 * kMmaThreads) == 0, "the threads load a tile in whole rounds");
static_assert(kMmaThreads % (8 * kMmaTile / 4) == 0, "a thread's chunks lie in one column, of rows of up to 32, and whole eights of rows apart");
static_assert(kMmaStages * kMmaStageBytes == 98304, "the launcher gives so much dynamic shared memory");

// Where 16 bytes of an operand lie in memory, and how many elements of them there are; the rest are zeros.
template <class T> struct MmaChunk {
  const T* from;
  int count;
};

// What an operand's elements are read from is a source. It has rows, along which elements lie side by side: `Row row(i64 r)` is all
// that can be known of a row before the column is, `Column column(i64 c)` all that can be known of a chunk that begins at column c
// before the row is, and `MmaChunk<Element> chunk(Row, Column)` puts the two together, with a count of 0 beyond the edges. is_aligned
// says that all chunks lie at multiples of 16 bytes, kIsMatrix that a chunk lies step<Rows>() elements behind that of so many rows before,
// a thread's next one, that there are no rows, as their is_inside tells, behind one that is not there, and that a row is one piece of memory.
//
// A matrix as a source.
template <class T> struct MatrixSource {
  using Element = T;
  struct Row {
    const T* x;
    bool is_inside;
  };
  using Column = i64;
  static constexpr bool kIsMatrix = true;
  const T* x;
  i64 rows, columns, pitch;
  bool is_aligned;

  __device__ __forceinline__ MatrixSource(const T* x, i64 rows, i64 columns, i64 pitch)
      : x(x), rows(rows), columns(columns), pitch(pitch), is_aligned(((u64)x | (u64)pitch * sizeof(T)) % 16 == 0) {}

  __device__ __forceinline__ Row row(i64 r) const { return {x + r * pitch, r < rows}; }
  __device__ __forceinline__ Column column(i64 c) const { return c; }
  template <int Rows> __device__ __forceinline__ i64 step() const { return Rows * pitch; }
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

  __device__ __forceinline__ MmaShared operator+(u32 offset) const { return {bytes + offset, address + offset}; }
};

// How the tiles of an operand lie in shared memory, and the fragments of them: element (mn, k) stands in row mn, or where it is
// MN-major in row k.
template <class T, bool MnMajor> struct MmaTile {
  static_assert(!MnMajor || sizeof(T) > 1, "no instruction transposes bytes");
  static constexpr int kChunks = (MnMajor ? kMmaTile : kMmaDepth<T>) / kChunk<T>;  // in a row of a tile

  // Bytes from the tile's start to a chunk of it. Unsigned, so that the compiler sees which bits of a sum stay the same.
  __device__ __forceinline__ static u32 place(u32 row, u32 chunk) {
    return (row * kChunks + (chunk ^ (MnMajor && sizeof(T) == 4 ? row % 4 * 2 : row % 8))) * 16;
  }

  // A fragment is made of pieces of 8 rows by 16 bytes of k: of A those at (mn, k), (mn + 8, k), (mn, k + 16 bytes) and
  // (mn + 8, k + 16 bytes), of B the second and the third change places. This is what a lane reads first of the first fragment of a warp,
  // whose part begins at mn, from the tile's start.
  template <bool IsA> __device__ __forceinline__ static u32 lane_place(u32 mn) {
    const u32 lane = threadIdx.x % 32, odd = lane / 8 % 2, high = lane / 16, down = IsA ? odd : high, along = IsA ? high : odd;
    if constexpr (!MnMajor) return place(mn + down * 8 + lane % 8, along);
    if constexpr (MnMajor && sizeof(T) == 2) return place(along * 8 + lane % 8, mn / kChunk<T> + down);
    return place(lane % 4, (mn + lane / 4) / kChunk<T>) + lane / 4 % kChunk<T> * 4;
  }

  // Fragment i of step `step` along k, from where the lane reads first: 16 i rows on and 32 bytes of k. What is added to the number of a
  // chunk is to be added before the swizzle, and has bits of its own there, so that it turns over the same bits after it.
  template <bool IsA> __device__ __forceinline__ static void load_fragment(u32 (&fragment)[4], MmaShared ring, u32 first, u32 i, u32 step) {
    if constexpr (!MnMajor) {
      ptx::ldmatrix(fragment, (ring.address + first ^ 32 * step) + i * 16 * kChunks * 16);
    } else if constexpr (sizeof(T) == 2) {
      ptx::ldmatrix_trans(fragment, (ring.address + first ^ 32 * i) + step * 16 * kChunks * 16);
    } else {
#pragma unroll
      for (u32 j = 0; j < 4; ++j) {
        const u32 down = IsA ? j % 2 : j / 2, along = IsA ? j / 2 : j % 2;
        fragment[j] = *reinterpret_cast<const u32*>(ring.bytes + ((first ^ (2 * down + 4 * (i % 2)) * 16) + i / 2 * 128 + (step * 8 + along * 4) * kChunks * 16));
      }
    }
  }
};

// The tiles along k of an operand, those that begin at row or column mn of the product. A thread brings the same four chunks of each
// tile: they lie in one column of chunks, so that all that is known of their rows, or where the operand is MN-major of their column,
// is found once.
template <class Src, bool MnMajor> struct MmaOperand : MmaTile<typename Src::Element, MnMajor> {
  using Source = Src;
  using T = typename Source::Element;
  using Tile = MmaTile<T, MnMajor>;
  static constexpr bool kIsMnMajor = MnMajor;
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

  __device__ __forceinline__ static int thread_row(int round) { return round * (kMmaThreads / Tile::kChunks) + (int)(threadIdx.x / Tile::kChunks); }
  __device__ __forceinline__ static int thread_chunk() { return (int)(threadIdx.x % Tile::kChunks); }

  // Where the chunk of a round goes in a tile, from that of the first: the rounds' rows lie a multiple of 8 apart.
  static constexpr int kRoundBytes = 16 * kMmaThreads;
  __device__ __forceinline__ static u32 first_place() { return Tile::place(thread_row(0), thread_chunk()); }

  // Starts to bring the tile that begins at k to `tile`, zero beyond the edges. All threads of the block take part.
  __device__ __forceinline__ void load_tile(MmaShared tile, i64 k) const {
    if constexpr (MnMajor) {
#pragma unroll
      for (int i = 0; i < kRounds; ++i) load_chunk(tile + (first_place() + i * kRoundBytes), source.chunk(source.row(k + thread_row(i)), column));
    } else {
      const auto along = source.column(k + thread_chunk() * kChunk<T>);
#pragma unroll
      for (int i = 0; i < kRounds; ++i) load_chunk(tile + (first_place() + i * kRoundBytes), source.chunk(rows[i], along));
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

// Brings the tiles of an operand one after the other, as a thread takes part in it: load(tile, left) starts to bring the next one, of
// which `left` steps of k are there, kMmaDepth or in the last one fewer. Any operand is brought as load_tile does it.
template <class Operand, bool Moves = Operand::Source::kIsMatrix, bool MnMajor = Operand::kIsMnMajor> struct MmaFeed {
  const Operand& operand;
  i64 k;

  __device__ __forceinline__ MmaFeed(const Operand& operand, i64 begin) : operand(operand), k(begin) {}
  __device__ __forceinline__ void load(MmaShared tile, int) {
    operand.load_tile(tile, k);
    k += kMmaDepth<typename Operand::T>;
  }
};

// An aligned matrix, K-major: the thread's place in its rows, a round apart, moves by a stage.
template <class Operand> struct MmaFeed<Operand, true, false> {
  using T = typename Operand::T;
  const T* from;
  i64 step;
  int inside;  // of its chunks' rows, the first ones
  u32 place;   // of its first chunk

  __device__ __forceinline__ MmaFeed(const Operand& operand, i64 begin)
      : step(operand.source.template step<kMmaThreads / Operand::kChunks>()), inside(0), place(Operand::first_place()) {
    from = operand.source.chunk(operand.rows[0], operand.source.column(begin + Operand::thread_chunk() * kChunk<T>)).from;
#pragma unroll
    for (int i = 0; i < Operand::kRounds; ++i) inside += operand.rows[i].is_inside;
  }

  __device__ __forceinline__ void load(MmaShared tile, int left) {
    const u32 to = tile.address + place;
    if (inside == Operand::kRounds && left == kMmaDepth<T>) {
#pragma unroll
      for (int i = 0; i < Operand::kRounds; ++i) ptx::cp_async_cg(to + i * Operand::kRoundBytes, from + i * step);
    } else {
      const int after = left - Operand::thread_chunk() * kChunk<T>, count = after < 0 ? 0 : after < kChunk<T> ? after : kChunk<T>;
#pragma unroll
      for (int i = 0; i < Operand::kRounds; ++i) ptx::cp_async_cg(to + i * Operand::kRoundBytes, from + i * step, i < inside ? count * (u32)sizeof(T) : 0);
    }
    from += kMmaDepth<T>;
  }
};

// MN-major: the thread's place in its column moves by the rows of a round.
template <class Operand> struct MmaFeed<Operand, true, true> {
  using T = typename Operand::T;
  const T* from;
  i64 step;
  u32 bytes;  // of a chunk that are there
  u32 place;  // of its first chunk

  __device__ __forceinline__ MmaFeed(const Operand& operand, i64 begin)
      : step(operand.source.template step<kMmaThreads / Operand::kChunks>()), place(Operand::first_place()) {
    const MmaChunk<T> first = operand.source.chunk(operand.source.row(begin + Operand::thread_row(0)), operand.column);
    from = first.from;
    bytes = first.count * (u32)sizeof(T);
  }

  __device__ __forceinline__ void load(MmaShared tile, int left) {
    const u32 to = tile.address + place;
    if (bytes == 16 && left == kMmaDepth<T>) {
#pragma unroll
      for (int i = 0; i < Operand::kRounds; ++i) ptx::cp_async_cg(to + i * Operand::kRoundBytes, from + i * step);
    } else {
#pragma unroll
      for (int i = 0; i < Operand::kRounds; ++i) ptx::cp_async_cg(to + i * Operand::kRoundBytes, from + i * step, Operand::thread_row(i) < left ? bytes : 0);
    }
    from += Operand::kRounds * step;
  }
};

// A warp's part of the tile: element i of piece [r][c] is row 16 r + lane / 4 + 8 (i / 2), column 8 c + 2 (lane % 4) + i % 2.
template <class Math> using MmaSums = typename Math::Sum[kWarpRows / 16][kWarpColumns / 8][4];

// A warp's place in the tile. Warps w and w + 4 share one of the multiprocessor's four tensor cores; the second row of warps is turned
// by two, so that the warps of the left half alone still have all four, as have those of the upper half.
__device__ __forceinline__ int mma_warp_row() { return (int)(threadIdx.x / 128 * kWarpRows); }
__device__ __forceinline__ int mma_warp_column() { return (int)((threadIdx.x / 32 % 4 ^ threadIdx.x / 128 * 2) * kWarpColumns); }

// What a warp multiplies in one step along k, as it is stored.
struct MmaFragments {
  u32 left[kWarpRows / 16][4], right[kWarpColumns / 16][4];
};

// Where a lane reads first of its warp's part, from the start of a stage.
struct MmaPlaces {
  u32 a, b;
};

// Reads the fragments of a step of the stage at `stage` of the ring.
template <class A, class B> __device__ __forceinline__ void load_fragments(MmaFragments& fragments, MmaShared ring, u32 stage, MmaPlaces first, int step) {
#pragma unroll
  for (int r = 0; r < kWarpRows / 16; ++r) A::template load_fragment<true>(fragments.left[r], ring, stage + first.a, r, step);
#pragma unroll
  for (int c = 0; c < kWarpColumns / 16; ++c) B::template load_fragment<false>(fragments.right[c], ring, stage + first.b, c, step);
}

// Adds the products of a step to the warp's sums.
template <class Math> __device__ __forceinline__ void multiply_fragments(MmaSums<Math>& sums, const MmaFragments& fragments) {
  typename Math::Fragment right[kWarpColumns / 16];
#pragma unroll
  for (int c = 0; c < kWarpColumns / 16; ++c) right[c] = Math::fragment(fragments.right[c]);
#pragma unroll
  for (int r = 0; r < kWarpRows / 16; ++r) {
    const typename Math::Fragment left = Math::fragment(fragments.left[r]);
#pragma unroll
    for (int c = 0; c < kWarpColumns / 8; ++c) Math::multiply(sums[r][c], left, right[c / 2], c % 2);
  }
}

// Adds the products of `depth` steps of k to the warp's sums. The feeds bring the tiles of A and B, of which the first stage is number
// first_stage of the scales.
template <class Math, class A, class B, class FeedA, class FeedB, class Scales>
__device__ __forceinline__ void multiply_mma_stages(
    MmaSums<Math>& sums, u8* stages, FeedA a, FeedB b, i64 first_row, i64 first_column, i64 rows, i64 columns, i64 depth, i64 first_stage, const Scales& scales) {
  constexpr int kDepth = kMmaDepth<typename Math::Element>, kSteps = 128 / kFragmentBytes;
  static_assert(!Scales::kExist || (kDepth == kScaleBlock && kScaleBlock % kWarpColumns == 0), "a stage of a warp's part has one scale of B");
  static_assert(kSteps % 2 == 0, "a stage begins with the first of the two sets of fragments");
  const int count = (int)((depth + kDepth - 1) / kDepth), last = (int)(depth - (count - 1) * (i64)kDepth);
  const bool has_part = first_row + mma_warp_row() < rows && first_column + mma_warp_column() < columns;
  const MmaShared ring{stages, ptx::smem_u32(stages)};
  const MmaPlaces first{A::template lane_place<true>(mma_warp_row()), kMmaStageBytes / 2 + B::template lane_place<false>(mma_warp_column())};
  const auto load = [&](int place, int stage) {
    if (stage < count) {
      const int left = stage + 1 < count ? kDepth : last;
      a.load(ring + place, left);
      b.load(ring + place + kMmaStageBytes / 2, left);
    }
    ptx::cp_async_commit();
  };
  for (int stage = 0; stage < kMmaStages; ++stage) load(stage * kMmaStageBytes, stage);
  ptx::cp_async_wait<kMmaStages - 1>();
  __syncthreads();
  MmaFragments fragments[2];
  if (has_part && count > 0) load_fragments<A, B>(fragments[0], ring, 0, first, 0);
  int place = 0;
  for (int stage = 0; stage < count; ++stage) {
    const int next = place + kMmaStageBytes == kMmaStages * kMmaStageBytes ? 0 : place + kMmaStageBytes;
    MmaSums<Math> part = {};
    if (has_part) {
#pragma unroll
      for (int step = 0; step < kSteps - 1; ++step) {
        load_fragments<A, B>(fragments[(step + 1) % 2], ring, place, first, step + 1);
        multiply_fragments<Math>(Scales::kExist ? part : sums, fragments[step % 2]);
      }
    }
    ptx::cp_async_wait<kMmaStages - 2>();
    __syncthreads();
    load(place, stage + kMmaStages);
    if (has_part) {
      if (stage + 1 < count) load_fragments<A, B>(fragments[0], ring, next, first, 0);
      multiply_fragments<Math>(Scales::kExist ? part : sums, fragments[(kSteps - 1) % 2]);
      if constexpr (Scales::kExist) {
        const i64 row = first_row + mma_warp_row() + threadIdx.x % 32 / 4;
        const auto factors = scales.template at<kWarpRows / 8, 8>(row, first_column + mma_warp_column(), first_stage + stage);
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

// The sums over k in [begin, end) of the tile whose corner is (first_row, first_column), where a and b begin; end is the operands'
// depth, or a whole number of stages from begin. `stages` is the block's dynamic shared memory. All threads of the block take part; a
// warp whose part lies beyond the edges only helps to load. Where stages have scales (common/block_scales.cuh), of which begin starts
// one, the products of a stage are summed by themselves and the sums of the stages are added here.
template <class Math, class A, class B, class Scales = NoBlockScales>
__device__ __forceinline__ void multiply_mma_tile(
    MmaSums<Math>& sums, u8* stages, const A& a, const B& b, i64 first_row, i64 first_column, i64 rows, i64 columns, i64 begin, i64 end, const Scales& scales = {}) {
  const i64 depth = end - begin, first_stage = begin / kMmaDepth<typename Math::Element>;
  if (a.source.is_aligned && b.source.is_aligned) {
    const MmaFeed<A> left(a, begin);
    const MmaFeed<B> right(b, begin);
    multiply_mma_stages<Math, A, B>(sums, stages, left, right, first_row, first_column, rows, columns, depth, first_stage, scales);
  } else {
    const MmaFeed<A, false> left(a, begin);
    const MmaFeed<B, false> right(b, begin);
    multiply_mma_stages<Math, A, B>(sums, stages, left, right, first_row, first_column, rows, columns, depth, first_stage, scales);
  }
}
#endif
