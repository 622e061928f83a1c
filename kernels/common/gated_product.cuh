// Two products of one A, op(A) * op(Gate) and op(A) * op(Up), for kernels that make one result of both, such as silu(gate) * up: a
// block brings a tile of A once, and a thread has both sums of an element in its registers. The weights are two matrices of p.n
// columns that lie by the same steps, ldb and batch_b; halves of one matrix do, which need not be rearranged in memory. Each kernel
// takes them for one B of 2 * p.n columns and as many tiles: which column of which weights a column of B is, is its own choice, so
// that both sums of an element fall to one thread. Ordinary units (common/simt_product.cuh): two columns of the gate and two of the
// others by turns, of a thread's four; in their large tiles (common/staged_product.cuh) half of a warp's part and half. mma.sync
// (common/mma_product.cuh): 16 and 16 by turns, of a warp's 32. wgmma (common/wgmma_product.cuh): the left half of a tile and the right
// one, which TMA brings by a map of either; of two blocks that have the tile in common one brings the gate's half and one the other.
#pragma once
#include "common/mma_product.cuh"
#include "common/simt_product.cuh"
#include "common/staged_product.cuh"
#include "common/wgmma_product.cuh"

// Both sums of an element of the result.
template <class C> struct GatedProducts {
  C gate, up;
};

// Stores that take both sums of an element at once; sums of columns of B become those of elements before.
template <class Store> struct GatedStore {
  Store store;
  __device__ __forceinline__ GatedStore of(i64 matrix) const { return {store.of(matrix)}; }
};

// Which column of which weights a column of B is.
struct GatedColumn {
  i64 column;
  bool is_up;
};

// Where as many of the gate and of the others go by turns.
template <int Turn> __device__ __forceinline__ constexpr GatedColumn gated_column(i64 i) { return {i / (2 * Turn) * Turn + i % Turn, i / Turn % 2 != 0}; }

// B on the ordinary units, as common/matrix_rows.cuh.
template <bool RowsAreDense, class T> struct GatedRows {
  static constexpr bool kRowsAreDense = RowsAreDense;
  const T *gate, *others;
  i64 rows, k, row_step, k_step;

  __device__ __forceinline__ const T* row(i64 r) const {
    const GatedColumn at = gated_column<kPiece / 2>(r);
    return at.column < rows ? (at.is_up ? others : gate) + at.column * row_step : nullptr;
  }
  __device__ __forceinline__ sum_t<T> at(const T* row, i64 step) const { return row != nullptr && step < k ? (sum_t<T>)up(row[step * k_step]) : sum_t<T>(0); }
};

template <class S, class Store>
__device__ __forceinline__ void store_simt_tile(const S (&sum)[kPiece][kPiece], i64 first_row, i64 first_column, i64 rows, i64 columns, const GatedStore<Store>& store) {
  GatedProducts<S> both[kPiece][kPiece / 2];
#pragma unroll
  for (int i = 0; i < kPiece; ++i) {
#pragma unroll
    for (int j = 0; j < kPiece / 2; ++j) both[i][j] = {sum[i][j], sum[i][j + kPiece / 2]};
  }
  store_simt_tile(both, first_row, first_column / 2, rows, columns / 2, store.store);
}

template <bool TransposeA, bool TransposeB, class T, class Stores>
__device__ __forceinline__ void gated_simt_product(const T* a, const T* gate, const T* up, const MatrixProblem& p, const Stores& stores) {
  const auto right_of = [&](i64 matrix) {
    return GatedRows<!TransposeB, T>{gate + matrix * p.batch_b, up + matrix * p.batch_b, p.n, p.k, TransposeB ? p.ldb : 1, TransposeB ? 1 : p.ldb};
  };
  simt_walk<TransposeA>(a, right_of, 2 * p.n, p, GatedStore<Stores>{stores});
}

#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
// The slices of B, as common/staged_product.cuh. Where columns are dense a thread copies from one of the weights alone.
template <class T> constexpr int kStagedTurn = StagedTile<T>::kWarpColumns / 2;

template <class T, bool ColumnsAreDense, bool InChunks> struct GatedSlices : SliceSource<T, StagedTile<T>::kColumns, true, InChunks> {
  using Slices = SliceSource<T, StagedTile<T>::kColumns, true, InChunks>;

  __device__ __forceinline__ GatedSlices(const T* gate, const T* up, i64 columns, i64 pitch, i64 first)
      : GatedSlices(gate, up, columns, pitch, gated_column<kStagedTurn<T>>(first + Slices::first_row())) {}
  __device__ __forceinline__ GatedSlices(const T* gate, const T* up, i64 columns, i64 pitch, const GatedColumn& at)
      : Slices(at.is_up ? up : gate, columns, pitch, at.column - Slices::first_row()) {}
};

// Else each round is of one of the weights, whose columns in turn stand in the same places, or a turn is shorter than a round, and a thread
// copies from one of them again.
template <class T, bool InChunks> struct GatedSlices<T, false, InChunks> {
  static constexpr int kDepth = StagedTile<T>::kDepth, kPitch = StagedTile<T>::kColumns + StagedTile<T>::kPadding;
  static constexpr int kStep = kStagedThreads / kDepth;  // columns in a round
  static constexpr int kRounds = StagedTile<T>::kColumns / kStep;
  static constexpr int kTurnRounds = kStagedTurn<T> / kStep;
  static constexpr bool kIsByRound = kTurnRounds > 0;
  static_assert(kIsByRound ? kStagedTurn<T> % kStep == 0 : kStep % (2 * kStagedTurn<T>) == 0, "a round or a thread is of one of the weights");
  const T* x[kIsByRound ? 2 : 1];
  u32 column[kIsByRound ? kRounds / 2 : kRounds];  // elements from x, as the rows of SliceSource
  u32 place;                                       // bytes

  __device__ __forceinline__ GatedSlices(const T* gate, const T* up, i64 columns, i64 pitch, i64 first) {
    const int mine = threadIdx.x / kDepth;
    const GatedColumn begin = gated_column<kStagedTurn<T>>(first), of_thread = gated_column<kStagedTurn<T>>(mine);
    const i64 last = columns - begin.column - 1;
    if constexpr (kIsByRound) {
      x[0] = gate + begin.column * pitch;
      x[1] = up + begin.column * pitch;
    } else {
      x[0] = (of_thread.is_up ? up : gate) + begin.column * pitch;
    }
#pragma unroll
    for (int i = 0; i < kRounds; ++i) {
      const i64 c = gated_column<kStagedTurn<T>>(mine + i * kStep).column;
      column[index(i)] = (u32)((c < last ? c : last) * pitch) + threadIdx.x % kDepth;
    }
    place = (u32)((threadIdx.x % kDepth * kPitch + mine) * sizeof(T));
  }

  __device__ __forceinline__ static constexpr int index(int round) { return kIsByRound ? (int)gated_column<kIsByRound ? kTurnRounds : 1>(round).column : round; }
  __device__ __forceinline__ const T* from(int round) const { return x[kIsByRound ? round / (kIsByRound ? kTurnRounds : 1) % 2 : 0] + column[index(round)]; }
  __device__ __forceinline__ u32 target(u32 slice, int round) const { return slice + place + round * kStep * (int)sizeof(T); }

  __device__ __forceinline__ void copy_round(u32 slice, int round) const { start_copy<(int)sizeof(T)>(target(slice, round), from(round)); }
  __device__ __forceinline__ void copy_round(u32 slice, int round, int steps) const {
    start_copy_or_clear<(int)sizeof(T)>(target(slice, round), from(round), (int)threadIdx.x % kDepth < steps);
  }
  __device__ __forceinline__ void advance(int steps) {
#pragma unroll
    for (int i = 0; i < (kIsByRound ? 2 : 1); ++i) x[i] += steps;
  }
};

template <class T, bool TransposeB> struct GatedRight {
  static constexpr bool kMayHaveChunks = !TransposeB;
  StagedRight<T, TransposeB> gate, up;

  __device__ __forceinline__ bool has_chunks() const { return gate.has_chunks() && up.has_chunks(); }
  template <bool InChunks> __device__ __forceinline__ GatedSlices<T, !TransposeB, InChunks> slices(i64 first) const {
    return {gate.x, up.x, gate.rows, gate.pitch, first};
  }
};

template <class T, class Sum, int Across, class Store>
__device__ __forceinline__ void store_staged_tile(
    const Sum (&sum)[kStagedPieceRows][Across], i64 first_row, i64 first_column, i64 rows, i64 columns, const GatedStore<Store>& store) {
  constexpr int kAcross = Across / 2;
  GatedProducts<Sum> both[kStagedPieceRows][kAcross];
#pragma unroll
  for (int i = 0; i < kStagedPieceRows; ++i) {
#pragma unroll
    for (int j = 0; j < kAcross; ++j) both[i][j] = {sum[i][j], sum[i][j + kAcross]};
  }
  store_staged_tile<T>(both, first_row, first_column / 2, rows, columns / 2, store.store);
}

template <bool TransposeA, bool TransposeB, class T, class Stores>
__device__ __forceinline__ void gated_staged_product(const T* a, const T* gate, const T* up, const MatrixProblem& p, const Stores& stores) {
  const auto right_of = [&](i64 matrix) { return GatedRight<T, TransposeB>{{gate + matrix * p.batch_b, p.n, p.ldb}, {up + matrix * p.batch_b, p.n, p.ldb}}; };
  staged_walk<TransposeA>(a, right_of, 2 * p.n, p, GatedStore<Stores>{stores});
}

// B as a source of common/mma_tile.cuh: its rows are steps of k, or where it is not MN-major its columns.
template <class T, bool MnMajor> struct GatedSource {
  using Element = T;
  struct Row {
    typename MatrixSource<T>::Row gate, up;
  };
  using Column = GatedColumn;
  static constexpr bool kIsMatrix = true;
  MatrixSource<T> gate, up;
  bool is_aligned;

  __device__ __forceinline__ GatedSource(const T* gate, const T* up, i64 n, i64 k, i64 pitch)
      : gate(gate, k, n, pitch), up(up, k, n, pitch), is_aligned(this->gate.is_aligned && this->up.is_aligned) {}

  __device__ __forceinline__ Row row(i64 r) const { return {gate.row(r), up.row(r)}; }
  __device__ __forceinline__ Column column(i64 c) const { return gated_column<kWarpColumns / 2>(c); }
  template <int Rows> __device__ __forceinline__ i64 step() const { return gate.template step<Rows>(); }
  __device__ __forceinline__ MmaChunk<T> chunk(const Row& row, const Column& at) const { return gate.chunk(at.is_up ? row.up : row.gate, at.column); }
};

template <class T> struct GatedSource<T, false> {
  using Element = T;
  using Row = typename MatrixSource<T>::Row;
  using Column = i64;
  static constexpr bool kIsMatrix = true;
  MatrixSource<T> gate, up;
  bool is_aligned;

  __device__ __forceinline__ GatedSource(const T* gate, const T* up, i64 n, i64 k, i64 pitch)
      : gate(gate, n, k, pitch), up(up, n, k, pitch), is_aligned(this->gate.is_aligned && this->up.is_aligned) {}

  __device__ __forceinline__ Row row(i64 r) const {
    const GatedColumn at = gated_column<kWarpColumns / 2>(r);
    return (at.is_up ? up : gate).row(at.column);
  }
  __device__ __forceinline__ Column column(i64 c) const { return c; }
  template <int Rows> __device__ __forceinline__ i64 step() const {
    static_assert(Rows % kWarpColumns == 0, "a row and one so far behind it are of the same matrix");
    return gate.template step<Rows / 2>();
  }
  __device__ __forceinline__ MmaChunk<T> chunk(const Row& row, Column column) const { return gate.chunk(row, column); }
};

template <class Sum, class Store>
__device__ __forceinline__ void store_mma_tile(
    const Sum (&sums)[kWarpRows / 16][kWarpColumns / 8][4], i64 first_row, i64 first_column, i64 rows, i64 columns, const GatedStore<Store>& store) {
  constexpr int kAcross = kWarpColumns / 16;
  GatedProducts<Sum> both[kWarpRows / 16][kAcross][4];
#pragma unroll
  for (int r = 0; r < kWarpRows / 16; ++r) {
#pragma unroll
    for (int c = 0; c < kAcross; ++c) {
#pragma unroll
      for (int i = 0; i < 4; ++i) both[r][c][i] = {sums[r][c][i], sums[r][c + kAcross][i]};
    }
  }
  store_mma_tile(both, first_row, first_column / 2, rows, columns / 2, store.store);
}

template <class Math, bool TransposeA, bool TransposeB, class Stores>
__device__ __forceinline__ void gated_mma_product(
    const typename Math::Element* a, const typename Math::Element* gate, const typename Math::Element* up, const MatrixProblem& p, const Stores& stores, i64 depth) {
  using Source = GatedSource<typename Math::Element, !TransposeB>;
  const auto right_of = [&](i64 matrix, i64 column) {
    return MmaOperand<Source, !TransposeB>(Source(gate + matrix * p.batch_b, up + matrix * p.batch_b, p.n, p.k, p.ldb), column);
  };
  mma_walk<Math, TransposeA>(a, right_of, 2 * p.n, p, GatedStore<Stores>{stores}, depth);
}
#endif

#if (defined(CK_EMU) && __CUDA_ARCH__ >= 900) || defined(__CUDA_ARCH_FEAT_SM90_ALL)
// B as a source of common/wgmma_product.cuh.
template <class Math, bool MnMajor, int Blocks> struct WgmmaGatedMatrices {
  static constexpr bool kIsMnMajor = MnMajor;
  static constexpr int kHalf = Math::kColumns / 2;
  static_assert(Blocks <= 2, "there are two halves to bring");
  using Part = WgmmaMatrices<Math, MnMajor, kHalf * Blocks, 1, Blocks>;
  using Place = typename Part::Place;
  Part gate, up;

  // The second block's part of a tile begins with its second half, and so do the columns that it brings: they are to be the half's own.
  __device__ __forceinline__ Place place(i64 mn, i64 matrix) const { return gate.place(Blocks == 1 ? mn : mn - (i64)ptx::cluster_rank() * kHalf, matrix); }

  __device__ __forceinline__ void load(u32 tile, const Place& place, int stage, u32 barrier) const {
    if constexpr (Blocks == 1) {
      gate.load(tile, place, stage, barrier);
      up.load(tile + kHalf * kWgmmaRowBytes, place, stage, barrier);
    } else if (ptx::cluster_rank() == 0) {
      gate.load(tile, place, stage, barrier);
    } else {
      up.load(tile, place, stage, barrier);
    }
  }
};

// The tile's corner is an element of the result, of which it has half as many columns as of B.
template <class Sum, int Sums, class Store>
__device__ __forceinline__ void store_wgmma_tile(const Sum (&sums)[Sums], i64 first_row, i64 first_column, i64 rows, i64 columns, const GatedStore<Store>& store) {
  GatedProducts<Sum> both[Sums / 2];
#pragma unroll
  for (int i = 0; i < Sums / 2; ++i) both[i] = {sums[i], sums[i + Sums / 2]};
  store_wgmma_tile(both, first_row, first_column, rows, columns, store.store);
}

template <class Math, int Blocks, bool TransposeA, bool TransposeB, class Schedule, class Stores>
__device__ __forceinline__ void gated_wgmma_product(
    const ptx::TensorMap& map_a, const ptx::TensorMap& map_gate, const ptx::TensorMap& map_up, const MatrixProblem& p, const Stores& stores) {
  using B = WgmmaGatedMatrices<Math, !TransposeB, Blocks>;
  const int stages = wgmma_stages<Math>(p);
  const i64 matrices = p.batch_b == 0 ? 1 : p.batch;
  const WgmmaMatrices<Math, TransposeA, kWgmmaRows, 0, 1> a{&map_a, p.batch_a == 0 ? 1 : p.batch, stages};
  const B b{{&map_gate, matrices, stages}, {&map_up, matrices, stages}};
  wgmma_walk<Math, Blocks, Schedule>(a, b, WgmmaItems<B::kHalf, Blocks>(p.m, p.n, p.batch, stages, 1, stages), GatedStore<Stores>{stores});
}
#endif
