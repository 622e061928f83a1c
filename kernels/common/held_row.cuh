// Rows of a matrix in registers. A row belongs to blockDim.x threads, a power of two, and a block has blockDim.y rows, one unless they
// lie within warps (HeldRowLaunch.cs). The threads hold the row in pieces of 64 bytes each, whose loads are all under way before the first
// is used. A row of one piece stays in the registers, however many passes go over it: it is read once. A longer row is read again by
// every pass, from the cache. Elements move 16 bytes at a time where all rows lie so (is_wide), else one by one.
#pragma once
#include "common/block_reduce.cuh"
#include "common/elementwise.cuh"

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

// The columns of a row that a thread holds: vectors of kWidth neighbours, blockDim.x vectors from one to its next.
template <class T, bool IsWide> struct RowShare {
  static constexpr int kWidth = IsWide ? 16 / sizeof(T) : 1;
  static constexpr int kVectors = IsWide ? kHeldBytes / 16 : 8;
  i64 columns;  // 0 for a row past the last one
  i64 first;    // of the piece
  int rest;     // columns of the piece

  __device__ __forceinline__ static int piece() { return (int)blockDim.x * kVectors * kWidth; }

  __device__ __forceinline__ explicit RowShare(i64 of_columns) : columns(of_columns), first(0), rest(of_columns < piece() ? (int)of_columns : piece()) {}

  // Whether the row is one piece.
  __device__ __forceinline__ bool is_whole() const { return columns <= piece(); }

  // Where vector v begins in the piece, and whether it is within the row.
  __device__ __forceinline__ int at(int v) const { return (v * (int)blockDim.x + (int)threadIdx.x) * kWidth; }
  __device__ __forceinline__ bool has(int v) const { return at(v) < rest; }

  // f() for each piece of the row.
  template <class F> __device__ __forceinline__ void pieces(F f) {
    for (first = 0; first < columns; first += piece()) {
      rest = columns - first < piece() ? (int)(columns - first) : piece();
      f();
    }
  }

  // f(v, i) for element i of each of the thread's vectors v.
  template <class F> __device__ __forceinline__ void each(F f) const {
#pragma unroll
    for (int v = 0; v < kVectors; ++v) {
      if (!has(v)) continue;
#pragma unroll
      for (int i = 0; i < kWidth; ++i) f(v, i);
    }
  }
};

// A vector of elements that also reads as words: a half of a word becomes a float in one instruction, an element of two bytes in two.
template <class T, int N> union HeldVector {
  Pack<T, N> elements;
  u32 words[(sizeof(T) * N + 3) / 4];

  __device__ __forceinline__ compute_t<T> at(int i) const { return up(elements.v[i]); }
};
template <> __device__ __forceinline__ float HeldVector<bf16, 8>::at(int i) const { return __uint_as_float(i % 2 == 0 ? words[i / 2] << 16 : words[i / 2] & 0xffff0000u); }

// What a thread holds of a row.
template <class T, bool IsWide> struct HeldRow {
  using Share = RowShare<T, IsWide>;
  using Vector = Pack<T, Share::kWidth>;
  i64 first = -1;  // of the piece that is held
  HeldVector<T, Share::kWidth> held[Share::kVectors];

  // Reads the share's piece, unless it is held already.
  __device__ __forceinline__ void hold(const Share& share, const T* row) {
    if (first == share.first) return;
    first = share.first;
#pragma unroll
    for (int v = 0; v < Share::kVectors; ++v) {
      if (share.has(v)) held[v].elements = *reinterpret_cast<const Vector*>(row + share.first + share.at(v));
    }
  }

  __device__ __forceinline__ compute_t<T> at(int v, int i) const { return held[v].at(i); }
  __device__ __forceinline__ void set(int v, int i, compute_t<T> value) { held[v].elements.v[i] = down<T>(value); }

  __device__ __forceinline__ void store(const Share& share, T* row) const {
#pragma unroll
    for (int v = 0; v < Share::kVectors; ++v) {
      if (share.has(v)) *reinterpret_cast<Vector*>(row + share.first + share.at(v)) = held[v].elements;
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
