// The attention's gradients on tensor cores, for 16-bit floats and heads of 64 or 128 columns: what attention_gradient.cu
// computes, from the delta that it makes. Compute capability 8.0 and above.
//
// flash_gradient_queries takes 64 rows of dq in a block, 16 to a warp, and goes over the keys that they see;
// flash_gradient_keys takes 64 rows of dk and dv and goes over the queries that see them, of all heads that share them. The
// other side comes in tiles of 64 rows, or of 32 where they have 128 columns, by cp.async into two buffers. Both make the scores anew,
// keys as rows in the second, so that the accumulators of weights and slopes are the left operands of the sums, which no
// block shares with another: there are no atomics, and the results are deterministic. Together 14 * pairs * Dim operations.
//
// Weights p and slopes p * (dy v^T - delta) are rounded to 16 bits before they are summed.
#include "common/attention.cuh"
#include "common/flash_product.cuh"
#include "common/math.cuh"
#include "common/ptx/approx.cuh"

constexpr int kFlashWarps = 4;
constexpr int kFlashBlock = 32 * kFlashWarps;
constexpr int kBlockRows = 16 * kFlashWarps;
template <int Dim> constexpr int kTileOthers = Dim == 64 ? 64 : 32;

#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
// The rows of a block and two tiles of others: queries with dy on the one side, keys with values on the other.
template <class T, int Dim> struct GradientMemory {
  T x[kBlockRows][Dim], dx[kBlockRows][Dim];  // at the end the results
  T other[2][kTileOthers<Dim>][Dim], other_dx[2][kTileOthers<Dim>][Dim];
  float log_sum_exp[2][kTileOthers<Dim>], delta[2][kTileOthers<Dim>];  // of other queries, the first in powers of two
};

// Scores in s and dy v^T in g become weights and slopes, in a tile on the border 0 where a row does not see another.
// statistic(i) gives log_sum_exp and delta of the query of element i.
template <int Tiles, class SeenOf, class Statistic>
__device__ __forceinline__ void make_slopes(float (&s)[Tiles][4], float (&g)[Tiles][4], float factor, bool is_border, SeenOf seen_of, Statistic statistic) {
  const int row = threadIdx.x % 32 / 4;
  const Seen seen[2] = {seen_of(row), seen_of(row + 8)};
#pragma unroll
  for (int i = 0; i < Tiles * 4; ++i) {
    const float2 of_query = statistic(i);
    const float weight = ptx::ex2_approx(math::fma(s[i / 4][i % 4], factor, -of_query.x));
    const bool counts = !is_border || seen[i / 2 % 2].has(column_of(i));
    s[i / 4][i % 4] = counts ? weight : 0.0f;
    g[i / 4][i % 4] = counts ? weight * (g[i / 4][i % 4] - of_query.y) : 0.0f;
  }
}
#endif

template <class T, int Dim>
__global__ void __launch_bounds__(kFlashBlock)
    flash_gradient_queries(T* dq, const T* q, const T* k, const T* v, const T* dy, const float* log_sum_exp,
                           const float* delta, const i32* query_offsets, const i32* key_offsets, float scale,
                           Attention a) {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
  constexpr int kTile = kTileOthers<Dim>;
  extern __shared__ __align__(16) unsigned char memory[];
  auto& shared = *reinterpret_cast<GradientMemory<T, Dim>*>(memory);
  const int lane = threadIdx.x % 32, warp_row = threadIdx.x / 32 * 16;
  const i64 blocks = (a.queries + kBlockRows - 1) / kBlockRows;
  const i64 head = blockIdx.x / blocks;
  // The last queries of a causal attention see the most keys: they begin first.
  const i64 block_query = (blocks - 1 - blockIdx.x % blocks) * kBlockRows;
  const HeadRows at = rows_of_head(a, head, query_offsets, key_offsets);
  if (block_query >= a.queries) return;
  const i64 query_pitch = at.query_step * Dim, key_pitch = at.key_step * Dim;
  const i64 queries = a.queries - block_query < kBlockRows ? a.queries - block_query : kBlockRows;
  const i64 begin = keys_of(a, block_query).begin, end = keys_of(a, block_query + queries - 1).end;
  k += at.key * Dim;
  v += at.key * Dim;
  const i64 block_row = at.query + block_query * at.query_step;

  // The keys that one of the warp's queries sees, and those that all of them see.
  const i64 query = block_query + warp_row;
  const bool has_rows = warp_row < queries;
  const Rows any{keys_of(a, query).begin, keys_of(a, query + 15).end};
  const Rows all{keys_of(a, query + 15).begin, keys_of(a, query).end};
  const auto fill = [&](int buffer, i64 first) {
    fill_tile<kFlashBlock>(shared.other[buffer], k + first * key_pitch, end - first, key_pitch);
    fill_tile<kFlashBlock>(shared.other_dx[buffer], v + first * key_pitch, end - first, key_pitch);
  };
  const auto arrive = [] {
    ptx::cp_async_wait_all();
    __syncthreads();
  };
  float sum[Dim / 8][4] = {};
  float2 statistics[2] = {};
#pragma unroll
  for (int h = 0; h < 2; ++h) {
    const i64 row = warp_row + lane / 4 + 8 * h;
    const i64 place = block_row + row * at.query_step;
    if (row < queries) statistics[h] = {log_sum_exp[place] * kLog2E, delta[place]};
  }
  fill_tile<kFlashBlock>(shared.x, q + block_row * Dim, queries, query_pitch);
  fill_tile<kFlashBlock>(shared.dx, dy + block_row * Dim, queries, query_pitch);
  fill(0, begin);
  arrive();
  int buffer = 0;
  for (i64 first = begin; first < end; first += kTile, buffer ^= 1) {
    const i64 next = first + kTile;
    if (next < end) fill(buffer ^ 1, next);
    if (has_rows && first < any.end && next > any.begin) {
      const bool is_border = first < all.begin || next > all.end;
      const auto seen_of = [&](int row) { return seen_within(keys_of(a, query + row), first, kTile); };
      float s[kTile / 8][4] = {}, g[kTile / 8][4] = {};
      multiply_tile(s, shared.other[buffer], [&](u32(&fragment)[4], int step) { load_rows(fragment, shared.x, warp_row, step); });
      multiply_tile(g, shared.other_dx[buffer], [&](u32(&fragment)[4], int step) { load_rows(fragment, shared.dx, warp_row, step); });
      make_slopes(s, g, scale * kLog2E, is_border, seen_of, [&](int i) { return statistics[i / 2 % 2]; });
      add_tile(sum, g, shared.other[buffer], is_border, seen_of);
    }
    // The next tile is there for everyone, and no one reads this one any more.
    arrive();
  }
  const float normal = at.is_whole ? scale : not_a_number<float>();
  const float factor[2] = {normal, normal};
  dq += block_row * Dim + warp_row * query_pitch;
  if (has_rows) store_rows(dq, shared.x, warp_row, queries - warp_row, sum, factor, query_pitch);
#endif
}

template <class T, int Dim>
__global__ void __launch_bounds__(kFlashBlock)
    flash_gradient_keys(T* dk, T* dv, const T* q, const T* k, const T* v, const T* dy, const float* log_sum_exp,
                        const float* delta, const i32* query_offsets, const i32* key_offsets, float scale,
                        Attention a) {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
  constexpr int kTile = kTileOthers<Dim>;
  extern __shared__ __align__(16) unsigned char memory[];
  auto& shared = *reinterpret_cast<GradientMemory<T, Dim>*>(memory);
  const int warp_row = threadIdx.x / 32 * 16;
  const i64 blocks = (a.keys + kBlockRows - 1) / kBlockRows;
  const i64 shared_head = blockIdx.x / blocks;
  // The first keys of a causal attention are seen by the most queries: they begin first.
  const i64 block_key = blockIdx.x % blocks * kBlockRows;
  const HeadRows at = rows_of_head(a, shared_head * a.group, query_offsets, key_offsets);
  if (block_key >= a.keys) return;
  const i64 query_pitch = at.query_step * Dim, key_pitch = at.key_step * Dim;
  const i64 keys = a.keys - block_key < kBlockRows ? a.keys - block_key : kBlockRows;
  const i64 begin = queries_of(a, block_key).begin, end = queries_of(a, block_key + keys - 1).end;
  const i64 block_row = at.key + block_key * at.key_step;

  // The queries that see one of the warp's keys, and those that see all of them.
  const i64 key = block_key + warp_row;
  const bool has_rows = warp_row < keys;
  const Rows any{queries_of(a, key).begin, queries_of(a, key + 15).end};
  const Rows all{queries_of(a, key + 15).begin, queries_of(a, key).end};
  const auto fill = [&](int buffer, i64 head, i64 first) {
    const i64 row = at.query + head * at.head_step + first * at.query_step;
    fill_tile<kFlashBlock>(shared.other[buffer], q + row * Dim, end - first, query_pitch);
    fill_tile<kFlashBlock>(shared.other_dx[buffer], dy + row * Dim, end - first, query_pitch);
    if (threadIdx.x < kTile) {
      const bool is_there = threadIdx.x < end - first;
      const i64 place = row + threadIdx.x * at.query_step;
      shared.log_sum_exp[buffer][threadIdx.x] = is_there ? log_sum_exp[place] * kLog2E : 0.0f;
      shared.delta[buffer][threadIdx.x] = is_there ? delta[place] : 0.0f;
    }
  };
  const auto arrive = [] {
    ptx::cp_async_wait_all();
    __syncthreads();
  };
  float key_sum[Dim / 8][4] = {}, value_sum[Dim / 8][4] = {};
  fill_tile<kFlashBlock>(shared.x, k + block_row * Dim, keys, key_pitch);
  fill_tile<kFlashBlock>(shared.dx, v + block_row * Dim, keys, key_pitch);
  fill(0, 0, begin);
  arrive();
  int buffer = 0;
  i64 head = 0;  // of the group
  for (i64 first = begin; first < end; buffer ^= 1) {
    const bool is_last = first + kTile >= end;
    const i64 next_head = is_last ? head + 1 : head, next = is_last ? begin : first + kTile;
    if (next_head < a.group) fill(buffer ^ 1, next_head, next);
    if (has_rows && first < any.end && first + kTile > any.begin) {
      const bool is_border = first < all.begin || first + kTile > all.end;
      const auto seen_of = [&](int row) { return seen_within(queries_of(a, key + row), first, kTile); };
      float s[kTile / 8][4] = {}, g[kTile / 8][4] = {};
      multiply_tile(s, shared.other[buffer], [&](u32(&fragment)[4], int step) { load_rows(fragment, shared.x, warp_row, step); });
      multiply_tile(g, shared.other_dx[buffer], [&](u32(&fragment)[4], int step) { load_rows(fragment, shared.dx, warp_row, step); });
      make_slopes(s, g, scale * kLog2E, is_border, seen_of, [&](int i) {
        return float2{shared.log_sum_exp[buffer][column_of(i)], shared.delta[buffer][column_of(i)]};
      });
      add_tile(value_sum, s, shared.other_dx[buffer], is_border, seen_of);
      add_tile(key_sum, g, shared.other[buffer], is_border, seen_of);
    }
    // The next tile is there for everyone, and no one reads this one any more.
    arrive();
    if (next_head == a.group) break;
    head = next_head;
    first = next;
  }
  const float key_normal = at.is_whole ? scale : not_a_number<float>();
  const float value_normal = at.is_whole ? 1.0f : not_a_number<float>();
  const float key_factor[2] = {key_normal, key_normal}, value_factor[2] = {value_normal, value_normal};
  dk += block_row * Dim + warp_row * key_pitch;
  dv += block_row * Dim + warp_row * key_pitch;
  if (has_rows) {
    store_rows(dk, shared.x, warp_row, keys - warp_row, key_sum, key_factor, key_pitch);
    store_rows(dv, shared.dx, warp_row, keys - warp_row, value_sum, value_factor, key_pitch);
  }
#endif
}
