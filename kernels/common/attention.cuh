// Scaled dot-product attention as the host describes it (AttentionShape.cs): which keys a query sees, and the sums over
// a tile of rows that attention and its gradient are made of. A warp works on a row; a tile is 32 other rows, one to a
// lane, and a piece of the result is 256 columns, eight to a lane.
#pragma once
#include "common/block_reduce.cuh"
#include "common/compute.cuh"
#include "common/math.cuh"

// Q is [heads, queries, head_dim], K [heads / group, keys, head_dim], V [heads / group, keys, value_dim] and
// Y [heads, queries, value_dim], row-major. Of packed sequences Q is [all queries, packed_heads, head_dim], K [all keys,
// packed_heads / group, head_dim] and so on; a sequence has `queries` queries and `keys` keys at most, and offsets tell
// where each begins.
struct Attention {
  i64 heads;          // of Q, those of all sequences
  i64 group;          // heads of Q that share a head of K and V
  i64 queries, keys;  // rows of one head
  i64 head_dim, value_dim;
  i64 before, after;  // how many keys a query sees before and after the one at its own position
  i64 packed_heads;   // of one sequence; 0 where sequences are not packed
  i64 all_queries, all_keys;  // of all packed sequences
};

constexpr int kWarps = 4;  // rows that a block works on
constexpr int kTileRows = 32;
constexpr int kLaneColumns = 8;  // of a piece
constexpr int kPieceColumns = 32 * kLaneColumns;

struct Rows {
  i64 begin, end;
};

__device__ __forceinline__ Rows rows_between(i64 begin, i64 end, i64 rows) {
  return {begin > 0 ? begin : 0, end < rows ? end : rows};
}

// The keys that a query sees, if there were keys without end: those of the next query are one further. The last query stands at the last key.
__device__ __forceinline__ Rows keys_around(const Attention& a, i64 query) {
  const i64 position = query + a.keys - a.queries;
  return {position - a.before, position + a.after + 1};
}
__device__ __forceinline__ Rows keys_of(const Attention& a, i64 query) {
  const Rows around = keys_around(a, query);
  return rows_between(around.begin, around.end, a.keys);
}

// The queries that see a key, likewise.
__device__ __forceinline__ Rows queries_around(const Attention& a, i64 key) {
  const i64 position = key + a.queries - a.keys;
  return {position - a.after, position + a.before + 1};
}
__device__ __forceinline__ Rows queries_of(const Attention& a, i64 key) {
  const Rows around = queries_around(a, key);
  return rows_between(around.begin, around.end, a.queries);
}

// Where the rows of one head of one sequence lie, counted in rows of the tensors: the first, and how far the next is, and
// the next head that shares the keys.
struct HeadRows {
  i64 query, query_step, head_step, key, key_step;
  bool is_whole;  // whether all rows of the sequence exist, and are no more than the host said
};

// The rows of a head, and in `a` how many they are. Offsets are data on the device: of a sequence with rows that do not
// exist there are none, of one with too many the first ones.
__device__ __forceinline__ HeadRows rows_of_head(Attention& a, i64 head, const i32* query_offsets,
                                                 const i32* key_offsets) {
  if (a.packed_heads == 0) return {head * a.queries, 1, a.queries, head / a.group * a.keys, 1, true};
  const i64 sequence = head / a.packed_heads, key_heads = a.packed_heads / a.group;
  const i64 within = head - sequence * a.packed_heads;
  const Rows queries{query_offsets[sequence], query_offsets[sequence + 1]};
  const Rows keys{key_offsets[sequence], key_offsets[sequence + 1]};
  const bool has_queries = queries.begin >= 0 && queries.begin <= queries.end && queries.end <= a.all_queries;
  const bool has_keys = keys.begin >= 0 && keys.begin <= keys.end && keys.end <= a.all_keys;
  const i64 query_count = has_queries ? queries.end - queries.begin : 0;
  const i64 key_count = has_keys ? keys.end - keys.begin : 0;
  const bool is_whole = has_queries && has_keys && query_count <= a.queries && key_count <= a.keys;
  a.queries = query_count < a.queries ? query_count : a.queries;
  a.keys = key_count < a.keys ? key_count : a.keys;
  return {queries.begin * a.packed_heads + within, a.packed_heads, 1, keys.begin * key_heads + within / a.group,
          key_heads, is_whole};
}

// The rows of a tile that begins at `first`.
__device__ __forceinline__ int tile_rows(Rows rows, i64 first) {
  const i64 left = rows.end - first;
  return (int)(left < kTileRows ? left : kTileRows);
}

// The product of two rows, for every lane of a warp.
template <class T>
__device__ __forceinline__ compute_t<T> dot(const T* a, const T* b, i64 columns) {
  compute_t<T> sum = 0;
  for (i64 c = threadIdx.x % 32; c < columns; c += 32) sum += up(a[c]) * up(b[c]);
  return warp_reduce(sum, Plus{});
}

// Adds the rows of a tile, `pitch` elements apart, to a piece of a row that begins at `column`, each times the weight that
// its lane has.
template <class T>
__device__ __forceinline__ void add_rows(compute_t<T> (&sum)[kLaneColumns], compute_t<T> weight, const T* tile,
                                         int rows, i64 column, i64 columns, i64 pitch) {
  for (int r = 0; r < rows; ++r) {
    const compute_t<T> factor = __shfl_sync(kAllLanes, weight, r);
#pragma unroll
    for (int i = 0; i < kLaneColumns; ++i) {
      const i64 c = column + i * 32 + threadIdx.x % 32;
      if (c < columns) sum[i] += factor * up(tile[r * pitch + c]);
    }
  }
}

// Writes a piece of a row that begins at `column`, times a factor.
template <class T>
__device__ __forceinline__ void store_piece(T* row, const compute_t<T> (&sum)[kLaneColumns], compute_t<T> factor,
                                            i64 column, i64 columns) {
#pragma unroll
  for (int i = 0; i < kLaneColumns; ++i) {
    const i64 c = column + i * 32 + threadIdx.x % 32;
    if (c < columns) row[c] = down<T>(sum[i] * factor);
  }
}
