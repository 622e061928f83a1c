// Products on tensor cores of the 16 rows that a warp works on with a tile of other rows: what attention and its gradients are
// made of, 16-bit operands and float sums. A row does not see all others; those that it does not see must not count, whatever
// they hold.
#pragma once
#include "common/attention.cuh"
#include "common/flash_tile.cuh"

constexpr float kLog2E = 1.44269504f;

template <class T> constexpr int kWeightBits = 0;  // by how many powers of two weights are larger when they are rounded (common/flash_softmax.cuh)
template <> constexpr int kWeightBits<f16> = 15;
template <> constexpr int kWeightBits<e4m3> = 8;

#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
// The rows of a tile, counted from its first, that another row sees.
struct Seen {
  int begin, end;
  __device__ __forceinline__ bool has(int row) const { return row >= begin && row < end; }
};

__device__ __forceinline__ Seen seen_within(Rows seen, i64 first, int rows) {
  const Rows within = rows_between(seen.begin - first, seen.end - first, rows);
  return {(int)within.begin, (int)within.end};
}

// The rows that each of the 16 rows of a warp sees, each of them one further than the one before it, in few registers. They are counted
// from a first one of at most 2^30, and there are so many.
struct WarpSeen {
  int begin, end, rows;

  __device__ __forceinline__ WarpSeen(Rows around /* the warp's first row */, i64 first, int rows) : begin(close(around.begin - first)), end(close(around.end - first)), rows(rows) {}

  // Whether all of the warp's rows see so many rows from `first` on.
  __device__ __forceinline__ bool all_see(int first, int count) const { return first >= begin + 15 && first + count <= end && first + count <= rows; }

  // What a row (0 to 15) sees, counted from `first` on.
  __device__ __forceinline__ Seen of(int row, int first) const { return {begin + row - first, (end + row < rows ? end + row : rows) - first}; }

 private:
  __device__ __forceinline__ static int close(i64 x) {
    constexpr i64 kFar = 1 << 30;
    return (int)(x < -kFar ? -kFar : x > kFar ? kFar : x);
  }
};

// The column of element i of a lane's accumulators, counted over the tiles of 16 x 8 side by side; its row is lane / 4, or that
// + 8 where i / 2 is odd.
__device__ __forceinline__ int column_of(int i) { return i / 4 * 8 + threadIdx.x % 4 * 2 + i % 2; }

// s += rows * tile^T, where load(a, k) gives the rows' fragment of columns from 16 * k.
template <class T, int Count, int Dim, class Load>
__device__ __forceinline__ void multiply_tile(float (&s)[Count / 8][4], T (&tile)[Count][Dim], Load load) {
#pragma unroll
  for (int k = 0; k < Dim / 16; ++k) {
    u32 a[4];
    load(a, k);
#pragma unroll
    for (int j = 0; j < Count / 16; ++j) {
      u32 b[4];
      load_transposed(b, tile, 16 * j, k);
      multiply_pair<T>(s[2 * j], s[2 * j + 1], a, b);
    }
  }
}

// o += p * tile.
template <class T, int Count, int Dim>
__device__ __forceinline__ void add_all(float (&o)[Dim / 8][4], const u32 (&p)[Count / 16][4], T (&tile)[Count][Dim]) {
#pragma unroll
  for (int j = 0; j < Count / 16; ++j) {
#pragma unroll
    for (int n = 0; n < Dim / 16; ++n) {
      u32 b[4];
      load_columns(b, tile, 16 * j, n);
      multiply_pair<T>(o[2 * n], o[2 * n + 1], p[j], b);
    }
  }
}

// The same row by row, with zeros for what a row does not see: a weight of 0 does not take infinities and NaN away.
template <class T, int Count, int Dim, class SeenOf>
__device__ __forceinline__ void add_seen(float (&o)[Dim / 8][4], const u32 (&p)[Count / 16][4], T (&tile)[Count][Dim], SeenOf seen_of) {
  const int lane = threadIdx.x % 32;
#pragma unroll 1
  for (int row = 0; row < 16; ++row) {
    const Seen seen = seen_of(row);
#pragma unroll
    for (int n = 0; n < Dim / 16; ++n) {
      float d[2][4] = {};
#pragma unroll
      for (int j = 0; j < Count / 16; ++j) {
        u32 b[4];
        load_columns(b, tile, 16 * j, n);
#pragma unroll
        for (int i = 0; i < 4; ++i) {
          const int other = 16 * j + i % 2 * 8 + lane % 4 * 2;
          b[i] &= (seen.has(other) ? 0xffffu : 0u) | (seen.has(other + 1) ? 0xffff0000u : 0u);
        }
        multiply_pair<T>(d[0], d[1], p[j], b);
      }
#pragma unroll
      for (int i = 0; i < 4; ++i) {
        if (lane / 4 + i / 2 * 8 != row) continue;
        o[2 * n][i] += d[0][i];
        o[2 * n + 1][i] += d[1][i];
      }
    }
  }
}

template <class T, int Count, int Dim> __device__ __forceinline__ bool has_special(T (&tile)[Count][Dim]) {
  bool found = false;
  for (int j = 0; j < Count / 16; ++j) {
    for (int n = 0; n < Dim / 16; ++n) {
      u32 b[4];
      load_columns(b, tile, 16 * j, n);
#pragma unroll
      for (int i = 0; i < 4; ++i) found = found || is_special<T>(b[i]);
    }
  }
  return __any_sync(kAllLanes, found);
}

// Accumulators as a left operand, rounded: their layout is that of its fragments.
template <class T, int Tiles> __device__ __forceinline__ void pack_pairs(u32 (&p)[Tiles / 2][4], const float (&s)[Tiles][4]) {
#pragma unroll
  for (int i = 0; i < Tiles * 2; ++i) p[i / 4][i % 4] = pack_pair<T>(s[i / 2][i % 2 * 2], s[i / 2][i % 2 * 2 + 1]);
}

// o += s * tile, s rounded to the tile's type. On the border of a mask s is 0 where a row (0 to 15) does not see another, and
// seen_of(row) tells which it sees.
template <class T, int Count, int Dim, class SeenOf>
__device__ __forceinline__ void add_tile(float (&o)[Dim / 8][4], const float (&s)[Count / 8][4], T (&tile)[Count][Dim], bool is_border, SeenOf seen_of) {
  u32 p[Count / 16][4];
  pack_pairs<T>(p, s);
  if (is_border && has_special(tile)) add_seen(o, p, tile, seen_of);
  else add_all(o, p, tile);
}
#endif
