// Rows of a matrix in registers. A row belongs to blockDim.x threads, a power of two, and a block has blockDim.y rows, one unless they
// lie within warps (HeldRowLaunch.cs). The threads hold the row in pieces of 64 bytes each, whose loads are all under way before the first
// is used. A row of one piece stays in the registers, however many passes go over it: it is read once. A longer row is read again by
// every pass, from the cache. Elements move 16 bytes at a time where all rows lie so (is_wide), else one by one.
#pragma once
#include "common/block_reduce.cuh"
#include "common/elementwise.cuh"
#include "common/held_vector.cuh"

constexpr int kHeldBytes = 64;
constexpr int kRowThreads = 512;  // at most
template <class T> constexpr int kRowBlocks = sizeof(T) == 8 ? 1 : 2;  // what of the largest should share a multiprocessor: doubles need more registers

// Whether matrices of rows of `columns` elements can be moved 16 bytes at a time.
template <class T, class... Others> __device__ __forceinline__ bool is_wide(i64 columns, const T* rows, const Others*... others) {
  constexpr int N = 16 / sizeof(T);
  bool wide = (u64)columns % N == 0 && is_aligned<N>(rows);
  ((wide = wide && is_aligned<N>(others)), ...);
  return wide;
}

// The row of a thread; past the last one in the last block, whose threads must take part in all reductions.
__device__ __forceinline__ i64 row_of_thread() { return blockIdx.x * (i64)blockDim.y + threadIdx.y; }

// The columns of a row that a thread holds: vectors of kWidth neighbours, `step` columns from one to its next. IsWhole: all rows are known
// to be one piece, which spares the loops over pieces and their addresses.
template <class T, bool IsWide, bool IsWhole> struct RowShare {
  static constexpr bool kIsWhole = IsWhole;
  static constexpr int kWidth = IsWide ? 16 / sizeof(T) : 1;
  static constexpr int kVectors = IsWide ? kHeldBytes / 16 : 8;
  i64 columns;  // 0 for a row past the last one
  i64 first;    // of the piece
  int rest;     // columns from the thread's first one to the end of the piece; none where it is not positive

  __device__ __forceinline__ explicit RowShare(i64 of_columns) : columns(of_columns) { move(0); }

  __device__ __forceinline__ static int step() { return (int)blockDim.x * kWidth; }
  __device__ __forceinline__ static int piece() { return step() * kVectors; }
  __device__ __forceinline__ static int begin() { return (int)threadIdx.x * kWidth; }

  __device__ __forceinline__ void move(i64 to) {
    first = to;
    rest = (columns - to < piece() ? (int)(columns - to) : piece()) - begin();
  }

  // Whether the row is one piece.
  __device__ __forceinline__ bool is_whole() const { return IsWhole || columns <= piece(); }

  // Whether vector v is within the row, its column, and where that is in a row.
  __device__ __forceinline__ bool has(int v) const { return v * step() < rest; }
  __device__ __forceinline__ i64 column(int v) const { return first + (begin() + v * step()); }
  template <class U> __device__ __forceinline__ U* place(U* row, int v) const { return row + first + begin() + v * step(); }

  // f() for each piece of the row.
  template <class F> __device__ __forceinline__ void pieces(F f) {
    if constexpr (IsWhole) {
      f();
    } else {
      for (i64 at = 0; at < columns; at += piece()) {
        move(at);
        f();
      }
    }
  }

  // f(v, i) for element i of each of the thread's vectors v, after prepare(v).
  template <class F> __device__ __forceinline__ void each(F f) const {
    each([](int) {}, f);
  }
  template <class Prepare, class F> __device__ __forceinline__ void each(Prepare prepare, F f) const {
#pragma unroll
    for (int v = 0; v < kVectors; ++v) {
      if (!has(v)) continue;
      prepare(v);
#pragma unroll
      for (int i = 0; i < kWidth; ++i) f(v, i);
    }
  }
};

// Calls f with the share of each thread's row of a matrix of `columns`, of which the row of this thread has `count`. All rows go the same
// way, those past the last one too, so that their threads meet in the reductions.
template <class T, class F> __device__ __forceinline__ void with_share(bool is_wide, i64 columns, i64 count, F f) {
  using Whole = RowShare<T, true, true>;
  if (!is_wide) f(RowShare<T, false, false>(count));
  else if (columns <= Whole::piece()) f(Whole(count));
  else f(RowShare<T, true, false>(count));
}

// What a thread holds of a row.
template <class T, class Share> struct HeldRow {
  using Vector = HeldVector<T, Share::kWidth>;
  i64 first = -1;  // of the piece that is held
  Vector held[Share::kVectors];

  // Reads the share's piece, unless it is held already.
  __device__ __forceinline__ void hold(const Share& share, const T* row) {
    if (first == share.first) return;
    first = share.first;
#pragma unroll
    for (int v = 0; v < Share::kVectors; ++v) {
      if (share.has(v)) held[v] = *reinterpret_cast<const Vector*>(share.place(row, v));
    }
  }

  __device__ __forceinline__ compute_t<T> at(int v, int i) const { return held[v].at(i); }

  // Element i of vector v becomes f(v, i), rounded, after prepare(v).
  template <class F> __device__ __forceinline__ void map(const Share& share, F f) {
    map(share, [](int) {}, f);
  }
  template <class Prepare, class F> __device__ __forceinline__ void map(const Share& share, Prepare prepare, F f) {
#pragma unroll
    for (int v = 0; v < Share::kVectors; ++v) {
      if (!share.has(v)) continue;
      prepare(v);
      compute_t<T> values[Share::kWidth];
#pragma unroll
      for (int i = 0; i < Share::kWidth; ++i) values[i] = f(v, i);
      held[v].set(values);
    }
  }

  __device__ __forceinline__ void store(const Share& share, T* row) const {
#pragma unroll
    for (int v = 0; v < Share::kVectors; ++v) {
      if (share.has(v)) *reinterpret_cast<Vector*>(share.place(row, v)) = held[v];
    }
  }
};

// Reduces over a power of two of neighbouring lanes, at most 32; each of them gets the result. All 32 lanes must take part.
template <class C, class Op> __device__ __forceinline__ C lanes_reduce(C value, int lanes, Op op) {
#pragma unroll
  for (int distance = 16; distance > 0; distance /= 2) {
    if (distance < lanes) value = op(value, __shfl_xor_sync(kAllLanes, value, distance));
  }
  return value;
}

// Gives every thread of a row that is several warps the value of warp lane % warps.
template <int Turn, class V> __device__ __forceinline__ V exchange_warps(V mine, int warps) {
  __shared__ V partial[kRowThreads / 32];
  if (threadIdx.x % 32 == 0) partial[threadIdx.x / 32] = mine;
  __syncthreads();
  return partial[threadIdx.x % warps];
}

// Reduces over the threads of a row; each of them gets the result. All threads of the block must take part. A kernel gives each of its
// reductions a Turn of its own: the partial results of one stay where they are, and one barrier is enough.
template <int Turn, class C, class Op> __device__ __forceinline__ C row_reduce(C value, Op op) {
  value = lanes_reduce(value, blockDim.x, op);
  if (blockDim.x <= 32) return value;
  const int warps = blockDim.x / 32;
  return lanes_reduce(exchange_warps<Turn>(value, warps), warps, op);
}
