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

// The rows that each row of a warp sees, each of them one further than the one before it, in few registers. They are counted
// from a first one of at most 2^30, and there are so many.
struct WarpSeen {
  int begin, end, rows;

  __device__ __forceinline__ WarpSeen(Rows around /* the warp's first row */, i64 first, int rows)
      : begin(close(around.begin - first)), end(close(around.end - first)), rows(rows) {}

  // Whether all of the warp's rows see so many rows from `first` on; those of a warp with more than 16 count on.
  template <int WarpRows = 16> __device__ __forceinline__ bool all_see(int first, int count) const {
    return first >= begin + (WarpRows - 1) && first + count <= end && first + count <= rows;
  }

  // Whether one of them sees one of these, as far as there are rows.
  template <int WarpRows> __device__ __forceinline__ bool any_sees(int first, int count) const { return first < end + (WarpRows - 1) && first + count > begin; }

  // What a row sees, counted from `first` on.
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

// How many fragments of a tile are loaded ahead of their products: instructions stay in the order in which they are written, and a load takes as long as
// about five products.
template <int Sets> constexpr int kAhead = Sets == 1 ? 2 : 1;

// s += rows * tile^T for Sets times 16 rows, where load(a, k) gives the rows' fragments of columns from 16 * k.
template <class T, int Sets, int Count, int Dim, class Load>
__device__ __forceinline__ void multiply_tile(float (&s)[Sets][Count / 8][4], T (&tile)[Count][Dim], Load load) {
  constexpr int kParts = Count / 16, kProducts = kParts * (Dim / 16), kFragments = kAhead<Sets> + 1;
  u32 first = transposed_at(tile);
  ptx::forget(first);
  u32 a[2][Sets][4], b[kFragments][4];
  load(a[0], 0);
#pragma unroll
  for (int i = 0; i < kAhead<Sets>; ++i) ptx::ldmatrix(b[i], fragment_at<Dim>(first, i % kParts * 16, i / kParts));
#pragma unroll
  for (int i = 0; i < kProducts; ++i) {
    const int k = i / kParts, j = i % kParts, next = i + kAhead<Sets>;
    if (j == 0 && k + 1 < Dim / 16) load(a[(k + 1) % 2], k + 1);
    if (next < kProducts) ptx::ldmatrix(b[next % kFragments], fragment_at<Dim>(first, next % kParts * 16, next / kParts));
#pragma unroll
    for (int r = 0; r < Sets; ++r) multiply_pair<T>(s[r][2 * j], s[r][2 * j + 1], a[k % 2][r], b[i % kFragments]);
  }
}

// o += p * tile.
template <class T, int Sets, int Count, int Dim>
__device__ __forceinline__ void add_all(float (&o)[Sets][Dim / 8][4], const u32 (&p)[Sets][Count / 16][4], T (&tile)[Count][Dim]) {
  constexpr int kParts = Dim / 16, kProducts = kParts * (Count / 16), kFragments = kAhead<Sets> + 1;
  u32 first = rows_at(tile);
  ptx::forget(first);
  u32 b[kFragments][4];
#pragma unroll
  for (int i = 0; i < kAhead<Sets>; ++i) ptx::ldmatrix_trans(b[i], fragment_at<Dim>(first, i / kParts * 16, i % kParts));
#pragma unroll
  for (int i = 0; i < kProducts; ++i) {
    const int j = i / kParts, n = i % kParts, next = i + kAhead<Sets>;
    if (next < kProducts) ptx::ldmatrix_trans(b[next % kFragments], fragment_at<Dim>(first, next / kParts * 16, next % kParts));
#pragma unroll
    for (int r = 0; r < Sets; ++r) multiply_pair<T>(o[r][2 * n], o[r][2 * n + 1], p[r][j], b[i % kFragments]);
  }
}

// The same row by row, with zeros for what a row does not see: a weight of 0 does not take infinities and NaN away. Loops that are not unrolled keep
// the sums in memory meanwhile: this is rare, and else takes registers from what is not.
template <class T, int Count, int Dim, class SeenOf>
__device__ __forceinline__ void add_seen(float (&o)[Dim / 8][4], const u32 (&p)[Count / 16][4], T (&tile)[Count][Dim], SeenOf seen_of) {
  const int lane = threadIdx.x % 32;
  float sums[Dim / 8][4];
#pragma unroll
  for (int i = 0; i < Dim / 2; ++i) sums[i / 4][i % 4] = o[i / 4][i % 4];
#pragma unroll 1
  for (int row = 0; row < 16; ++row) {
    const Seen seen = seen_of(row);
#pragma unroll 1
    for (int n = 0; n < Dim / 16; ++n) {
      float d[2][4] = {};
#pragma unroll
      for (int j = 0; j < Count / 16; ++j) {
        if (seen.begin >= 16 * j + 16 || seen.end <= 16 * j) continue;
        u32 b[4];
        ptx::ldmatrix_trans(b, fragment_at<Dim>(rows_at(tile), 16 * j, n));
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
        sums[2 * n][i] += d[0][i];
        sums[2 * n + 1][i] += d[1][i];
      }
    }
  }
#pragma unroll
  for (int i = 0; i < Dim / 2; ++i) o[i / 4][i % 4] = sums[i / 4][i % 4];
}

template <class T, int Count, int Dim> __device__ __forceinline__ bool has_special(T (&tile)[Count][Dim]) {
  bool found = false;
  for (int j = 0; j < Count / 16; ++j) {
    for (int n = 0; n < Dim / 16; ++n) {
      u32 b[4];
      ptx::ldmatrix_trans(b, fragment_at<Dim>(rows_at(tile), 16 * j, n));
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

// o += s * tile, s rounded to the tile's type. On the border of a mask s is 0 where a row (0 to 15, and on in further sets) does not see another, and
// seen_of(row) tells which it sees.
template <class T, int Sets, int Count, int Dim, class SeenOf>
__device__ __forceinline__ void add_tile(float (&o)[Sets][Dim / 8][4], const float (&s)[Sets][Count / 8][4], T (&tile)[Count][Dim], bool is_border, SeenOf seen_of) {
  u32 p[Sets][Count / 16][4];
#pragma unroll
  for (int r = 0; r < Sets; ++r) pack_pairs<T>(p[r], s[r]);
  if (is_border && has_special(tile)) {
#pragma unroll
    for (int r = 0; r < Sets; ++r) add_seen(o[r], p[r], tile, [&](int row) { return seen_of(16 * r + row); });
  } else {
    add_all(o, p, tile);
  }
}
#endif
