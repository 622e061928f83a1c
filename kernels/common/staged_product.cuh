// op(A) * op(B) of floats or doubles on the ordinary arithmetic units, sm_80 and above, for large matrices: a thread
// has so many sums that the multiply-adds, not the loads of what they multiply, take the time (common/simt_product.cuh has tiles for small ones).
//
// A block of 128 threads makes a tile of 128 rows by 512 bytes of columns, a warp a quarter of it, and a thread 8 rows by 64 bytes of
// columns (16 floats or 8 doubles), chunks of 16 bytes apart. A step along k takes 6 loads of 16 bytes and 128 multiply-adds of a
// thread's floats (8 and 64 of doubles). Each multiprocessor holds two blocks: 128 registers of a thread are sums.
//
// The block steps along k in slices of 32 bytes, in a ring of four stages in shared memory, where element (k, row) of an operand stands
// in row k, so that a thread reads rows side by side at once. cp.async brings a slice three slices ahead: of an operand whose rows of the
// product are dense in memory 16 bytes at once, or single elements if it is not aligned; of one that is dense along k single elements,
// which go to where they belong in the transposed slice.
// Invariants of the loop: in step s of a slice the thread's registers hold the fragments of s, and those of the step after are on their
// way; before the last step a barrier shows the next slice to all, and says that all have read this one, whose stage is filled next.
// The first slice holds what k has more than whole slices, and zeros, so that no other one needs a guard. Rows beyond the edges are
// others' rows, whose sums are not stored.
//
// What becomes of the sums is a store's affair (common/scaled_store.cuh), and B may be anything that has slices (common/gated_product.cuh).
#pragma once
#include "common/compute.cuh"
#include "common/matrix_problem.cuh"
#include "common/row_end.cuh"
#include "common/tile_order.cuh"

#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
#include "common/ptx/cp_async.cuh"

constexpr int kStagedThreads = 128;
constexpr int kStagedPieceRows = 8;  // of a thread
constexpr int kSliceStages = 4;
static_assert((kSliceStages & (kSliceStages - 1)) == 0, "a slice finds its stage by a mask");

template <class T> struct StagedTile {
  static constexpr int kChunk = 16 / (int)sizeof(T);  // elements of one access
  static constexpr int kDepth = 32 / (int)sizeof(T);  // steps along k in a slice
  static constexpr int kPieceRows = kStagedPieceRows;
  static constexpr int kPieceColumns = 64 / (int)sizeof(T);  // of a thread
  static constexpr int kLanesDown = 8, kLanesAcross = 4, kWarpsAcross = 2;
  static constexpr int kWarpRows = kLanesDown * kPieceRows, kWarpColumns = kLanesAcross * kPieceColumns;
  static constexpr int kRows = kStagedThreads / 32 / kWarpsAcross * kWarpRows, kColumns = kWarpsAcross * kWarpColumns;
  static constexpr int kPadding = 4;  // elements: a transposing store, 32 bytes of k of some rows, hits each bank once
  static_assert(kRows == 128 && kColumns * (int)sizeof(T) == 512, "the launcher counts the tiles");
  static_assert(kDepth % 2 == 0, "the fragments of a slice's first step go where those of the one before its last went");

  struct alignas(16) Stage {
    T a[kDepth][kRows + kPadding];
    T b[kDepth][kColumns + kPadding];
  };
  struct alignas(16) Chunk {
    T at[kChunk];
  };

  // Where the thread's pieces begin. Lanes 2 i and 2 i + 1 read the same rows of A, lanes that differ in bit 1 the same columns of B: then
  // a load of 16 bytes takes two rounds of the banks, not four. Of pieces that are narrower than in the sums (Across) the warp's part is, too.
  static constexpr int kRowLanes = 1 | 16;  // the bits of a lane that tell those with elements of the same row apart
  __device__ __forceinline__ static int first_row() {
    const int lane = threadIdx.x % 32;
    return (int)threadIdx.x / 32 / kWarpsAcross * kWarpRows + lane / 2 % kLanesDown * kChunk;
  }
  template <int Across> __device__ __forceinline__ static int warp_column() { return (int)threadIdx.x / 32 % kWarpsAcross * (kLanesAcross * Across); }
  template <int Across = kPieceColumns> __device__ __forceinline__ static int first_column() {
    const int lane = threadIdx.x % 32;
    return warp_column<Across>() + (lane % 2 + lane / 16 * 2) * kChunk;
  }

  // From there to row or column i of the pieces, which has so many lanes beside it.
  template <int Lanes> __device__ __forceinline__ static constexpr int place(int i) { return i / kChunk * (Lanes * kChunk) + i % kChunk; }
};

// Starts to copy so many bytes, or to set them to zero.
template <int Bytes> __device__ __forceinline__ void start_copy_or_clear(u32 to, const void* from, bool is_inside) {
  if constexpr (Bytes == 16) {
    ptx::cp_async_cg(to, from, is_inside ? 16u : 0u);
  } else {
    ptx::cp_async_ca<Bytes>(to, from, is_inside ? (u32)Bytes : 0u);
  }
}
template <int Bytes> __device__ __forceinline__ void start_copy(u32 to, const void* from) {
  if constexpr (Bytes == 16) {
    ptx::cp_async_cg(to, from);
  } else {
    ptx::cp_async_ca<Bytes>(to, from);
  }
}

// The slices along k of Length rows of an operand, whose element (row, k) stands at row * pitch + k, or where RowsAreDense at
// k * pitch + row. A thread copies kRounds pieces of each slice, of one row of k or of one column of rows.
template <class T, int Length, bool RowsAreDense, bool InChunks> struct SliceSource;

template <class T, int Length, bool InChunks> struct SliceSource<T, Length, true, InChunks> {
  static constexpr int kDepth = StagedTile<T>::kDepth;
  static constexpr int kWide = InChunks ? StagedTile<T>::kChunk : 1;
  static constexpr int kStep = kStagedThreads / (Length / kWide);  // rows of k in a round
  static constexpr int kRounds = kDepth / kStep;
  static_assert(kStep > 0 && kDepth % kStep == 0, "the threads copy a slice in whole rounds");
  const T* x;
  i64 pitch;
  u32 place;  // bytes

  __device__ __forceinline__ SliceSource(const T* x, i64 rows, i64 pitch, i64 first) : x(x), pitch(pitch) {
    const i64 row = first + first_row();
    this->x += step() * pitch + (row < rows ? row : 0);
    place = (u32)((step() * (Length + StagedTile<T>::kPadding) + first_row()) * sizeof(T));
  }

  __device__ __forceinline__ static int first_row() { return (int)threadIdx.x % (Length / kWide) * kWide; }
  __device__ __forceinline__ static int step() { return (int)threadIdx.x / (Length / kWide); }
  __device__ __forceinline__ u32 target(u32 slice, int round) const { return slice + place + round * kStep * (Length + StagedTile<T>::kPadding) * (int)sizeof(T); }

  __device__ __forceinline__ void copy_round(u32 slice, int round) const { start_copy<kWide * (int)sizeof(T)>(target(slice, round), x + round * kStep * pitch); }
  __device__ __forceinline__ void copy_round(u32 slice, int round, int steps) const {
    start_copy_or_clear<kWide * (int)sizeof(T)>(target(slice, round), x + round * kStep * pitch, step() + round * kStep < steps);
  }
  __device__ __forceinline__ void advance(int steps) { x += steps * pitch; }
};

template <class T, int Length, bool InChunks> struct SliceSource<T, Length, false, InChunks> {
  static constexpr int kDepth = StagedTile<T>::kDepth;
  static constexpr int kStep = kStagedThreads / kDepth;  // rows in a round
  static constexpr int kRounds = Length / kStep;
  static_assert(Length % kStep == 0, "the threads copy a slice in whole rounds");
  const T* x;
  u32 row[kRounds];  // elements from x: the host lets no pitch be so large that they are more
  u32 place;         // bytes

  __device__ __forceinline__ SliceSource(const T* x, i64 rows, i64 pitch, i64 first) : x(x + first * pitch) {
    const i64 last = rows - first - 1;
#pragma unroll
    for (int i = 0; i < kRounds; ++i) {
      const i64 r = threadIdx.x / kDepth + i * kStep;
      row[i] = (u32)((r < last ? r : last) * pitch) + step();
    }
    place = (u32)((step() * (Length + StagedTile<T>::kPadding) + threadIdx.x / kDepth) * sizeof(T));
  }

  __device__ __forceinline__ static int step() { return (int)threadIdx.x % kDepth; }

  __device__ __forceinline__ void copy_round(u32 slice, int round) const { start_copy<(int)sizeof(T)>(slice + place + round * kStep * (int)sizeof(T), x + row[round]); }
  __device__ __forceinline__ void copy_round(u32 slice, int round, int steps) const {
    start_copy_or_clear<(int)sizeof(T)>(slice + place + round * kStep * (int)sizeof(T), x + row[round], step() < steps);
  }
  __device__ __forceinline__ void advance(int steps) { x += steps; }
};

// A matrix as an operand: has_chunks() says whether its slices can be copied 16 bytes at once, which makes a difference where
// kMayHaveChunks.
template <class T, int Length, bool RowsAreDense> struct StagedMatrix {
  static constexpr bool kMayHaveChunks = RowsAreDense;
  const T* x;
  i64 rows, pitch;

  __device__ __forceinline__ bool has_chunks() const { return !RowsAreDense || ((u64)x | (u64)(rows | pitch) * sizeof(T)) % 16 == 0; }
  template <bool InChunks> __device__ __forceinline__ SliceSource<T, Length, RowsAreDense, InChunks> slices(i64 first) const { return {x, rows, pitch, first}; }
};
template <class T, bool TransposeA> using StagedLeft = StagedMatrix<T, StagedTile<T>::kRows, TransposeA>;
template <class T, bool TransposeB> using StagedRight = StagedMatrix<T, StagedTile<T>::kColumns, !TransposeB>;

// Sets the thread's sums to those over k of the tile that two sources begin at, of kSliceStages slices at least. All threads of the block
// take part.
template <class T, class A, class B>
__device__ __forceinline__ void multiply_staged(
    T (&sum)[StagedTile<T>::kPieceRows][StagedTile<T>::kPieceColumns], typename StagedTile<T>::Stage (&stages)[kSliceStages], A a, B b, i64 k) {
  using Tile = StagedTile<T>;
  using Chunk = typename Tile::Chunk;
  using Stage = typename Tile::Stage;
  constexpr int kDepth = Tile::kDepth;
  static_assert(kDepth % A::kRounds == 0 && kDepth % B::kRounds == 0, "the rounds of a slice are spread over its steps");
  const int slices = (int)((k + kDepth - 1) / kDepth);
  const u32 to_a = ptx::smem_u32(stages[0].a), to_b = ptx::smem_u32(stages[0].b);
  const int row = Tile::first_row(), column = Tile::first_column();
  T left[2][Tile::kPieceRows], right[2][Tile::kPieceColumns];

  const auto load_fragments = [&](int which, const Stage& stage, int step) {
#pragma unroll
    for (int i = 0; i < Tile::kPieceRows; i += Tile::kChunk) {
      const Chunk chunk = *reinterpret_cast<const Chunk*>(&stage.a[step][row + Tile::template place<Tile::kLanesDown>(i)]);
#pragma unroll
      for (int j = 0; j < Tile::kChunk; ++j) left[which][i + j] = chunk.at[j];
    }
#pragma unroll
    for (int i = 0; i < Tile::kPieceColumns; i += Tile::kChunk) {
      const Chunk chunk = *reinterpret_cast<const Chunk*>(&stage.b[step][column + Tile::template place<Tile::kLanesAcross>(i)]);
#pragma unroll
      for (int j = 0; j < Tile::kChunk; ++j) right[which][i + j] = chunk.at[j];
    }
  };

#pragma unroll
  for (int slice = 0; slice < kSliceStages - 1; ++slice) {
    const int steps = slice == 0 ? (int)(k - (i64)(slices - 1) * kDepth) : kDepth;
#pragma unroll
    for (int i = 0; i < A::kRounds; ++i) a.copy_round(to_a + slice * (int)sizeof(Stage), i, steps);
#pragma unroll
    for (int i = 0; i < B::kRounds; ++i) b.copy_round(to_b + slice * (int)sizeof(Stage), i, steps);
    ptx::cp_async_commit();
    a.advance(steps);
    b.advance(steps);
  }
#pragma unroll
  for (int i = 0; i < Tile::kPieceRows; ++i) {
#pragma unroll
    for (int j = 0; j < Tile::kPieceColumns; ++j) sum[i][j] = T(0);
  }
  ptx::cp_async_wait<kSliceStages - 2>();
  __syncthreads();
  load_fragments(0, stages[0], 0);

#pragma unroll 1
  for (int slice = 0; slice < slices; ++slice) {
    const Stage &stage = stages[slice & (kSliceStages - 1)], &next = stages[(slice + 1) & (kSliceStages - 1)];
    const u32 filled = ((slice + kSliceStages - 1) & (kSliceStages - 1)) * (u32)sizeof(Stage);
#pragma unroll
    for (int step = 0; step < kDepth; ++step) {
      if (step % (kDepth / A::kRounds) == 0) a.copy_round(to_a + filled, step / (kDepth / A::kRounds));
      if (step % (kDepth / B::kRounds) == 0) b.copy_round(to_b + filled, step / (kDepth / B::kRounds));
      if (step == kDepth - 1) {
        ptx::cp_async_commit();
        ptx::cp_async_wait<kSliceStages - 2>();
        __syncthreads();
      }
      load_fragments((step + 1) % 2, step == kDepth - 1 ? next : stage, (step + 1) % kDepth);
      // Up and down the rows: each product has a factor in common with the one before.
#pragma unroll
      for (int j = 0; j < Tile::kPieceColumns; ++j) {
#pragma unroll
        for (int i = 0; i < Tile::kPieceRows; ++i) {
          const int r = j % 2 == 0 ? i : Tile::kPieceRows - 1 - i;
          sum[r][j] += left[step % 2][r] * right[step % 2][j];
        }
      }
    }
    // After the last slice it is copied again, into stages that nobody reads: cheaper than a guard to each copy.
    const int steps = slice + kSliceStages < slices ? kDepth : 0;
    a.advance(steps);
    b.advance(steps);
  }
  ptx::cp_async_wait_all();
}

// The same of the tile of two operands that begins at a row of one and a column of the other.
template <class T, class Left, class Right>
__device__ __forceinline__ void multiply_staged_tile(
    T (&sum)[StagedTile<T>::kPieceRows][StagedTile<T>::kPieceColumns], typename StagedTile<T>::Stage (&stages)[kSliceStages], const Left& left, const Right& right,
    i64 first_row, i64 first_column, i64 k) {
  const bool in_chunks = left.has_chunks() && right.has_chunks();
  if (in_chunks) {
    multiply_staged<T>(sum, stages, left.template slices<true>(first_row), right.template slices<true>(first_column), k);
  } else if constexpr (Left::kMayHaveChunks || Right::kMayHaveChunks) {
    multiply_staged<T>(sum, stages, left.template slices<false>(first_row), right.template slices<false>(first_column), k);
  }
}

// Gives the thread's sums that lie within rows x columns to store.pair(row, column, x, y), two elements side by side, the first in an
// even column, or to store.element(row, column, x). A thread's piece may be narrower than in the sums of a tile.
template <class T, class Sum, int Across, class Store>
__device__ __forceinline__ void store_staged_tile(
    const Sum (&sum)[kStagedPieceRows][Across], i64 first_row, i64 first_column, i64 rows, i64 columns, const Store& store) {
  using Tile = StagedTile<T>;
  const i64 warp_column = first_column + Tile::template warp_column<Across>();
#pragma unroll
  for (int i = 0; i < Tile::kPieceRows; ++i) {
    const i64 row = first_row + Tile::first_row() + Tile::template place<Tile::kLanesDown>(i);
#pragma unroll
    for (int j = 0; j < Across; j += 2) {
      const i64 column = first_column + Tile::template first_column<Across>() + Tile::template place<Tile::kLanesAcross>(j);
      if (row < rows && column + 1 < columns) {
        store.pair(row, column, sum[i][j], sum[i][j + 1]);
      } else if (row < rows && column < columns) {
        store.element(row, column, sum[i][j]);
      }
    }
    end_row<Tile::kRowLanes>(store, row, warp_column / (Tile::kLanesAcross * Across), row < rows && warp_column < columns);
  }
}

// op(A) times any B of so many columns: right_of(matrix) is its operand of a matrix. The tiles of a matrix lie along the grid's x in the
// order of common/tile_order.cuh, the matrices of the batch along y. A loop over matrices would compute before it, and keep, where each sum
// goes.
template <bool TransposeA, class T, class B, class Stores>
__device__ __forceinline__ void staged_walk(const T* a, const B& right_of, i64 columns, const MatrixProblem& p, const Stores& stores) {
  using Tile = StagedTile<T>;
  __shared__ typename Tile::Stage stages[kSliceStages];
  const i64 down = (p.m + Tile::kRows - 1) / Tile::kRows;
  const TilePlace tile = tile_place(blockIdx.x, down, gridDim.x / down);
  const i64 first_row = tile.row * Tile::kRows, first_column = tile.column * Tile::kColumns;
  const i64 matrix = blockIdx.y;
  T sum[Tile::kPieceRows][Tile::kPieceColumns];
  multiply_staged_tile<T>(sum, stages, StagedLeft<T, TransposeA>{a + matrix * p.batch_a, p.m, p.lda}, right_of(matrix), first_row, first_column, p.k);
  store_staged_tile<T>(sum, first_row, first_column, p.m, columns, stores.of(matrix));
}

template <bool TransposeA, bool TransposeB, class T, class Stores>
__device__ __forceinline__ void staged_product(const T* a, const T* b, const MatrixProblem& p, const Stores& stores) {
  const auto right_of = [&](i64 matrix) { return StagedRight<T, TransposeB>{b + matrix * p.batch_b, p.n, p.ldb}; };
  staged_walk<TransposeA>(a, right_of, p.n, p, stores);
}
#endif
