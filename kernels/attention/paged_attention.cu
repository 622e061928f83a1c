// y = softmax(scale * q k^T) v of the last queries of sequences whose keys and values lie in pages (common/paged_cache.cuh):
// what attention.cu computes, with the same masks and special values, over as many keys as each sequence has. A row that sees
// a position in a page that does not exist is NaN, as are all rows of a sequence with a length that cannot be.
//
// Decoding has few queries and reads every key and value once: the memory bounds it, and few sequences would not fill a GPU.
// So the keys of a sequence are dealt out to `splits` blocks (common/paged_parts.cuh). A block works on the rows that share a
// head of keys and values, Count of them at a time (more rows take more blocks, side by side, which meet in L2); it reads K and
// V once, 16 bytes at a time. Results are deterministic: the splits hang on the device and on the shapes alone.
//
// In a tile of 64 keys, eight lanes work on four keys at once for all rows; then a warp makes the weights of a row; then every
// thread adds 16 bytes' worth of columns of every nth value. A weight of -1 marks a key that a row does not see.
#include "common/elementwise.cuh"
#include "common/paged_parts.cuh"
#include "common/ptx/cache.cuh"

constexpr int kPagedBlock = 128;
constexpr int kPagedWarps = kPagedBlock / 32;
constexpr int kKeyLanes = 8;   // that work on a key together
constexpr int kKeysAtOnce = 4;  // for which a lane loads a part of a query once
static_assert(kPagedBlock / kKeyLanes * kKeysAtOnce == kKeyTile, "the block makes the scores of a tile in one go");
template <class T> constexpr int kWide = 16 / sizeof(T);  // elements that move at once

// 16 bytes of a row, zeros beyond its end; is_whole tells that no row begins or ends within 16 bytes. Queries stay in L1, to
// which keys and values, read once, leave the room.
template <bool IsReadOnce, class T>
__device__ __forceinline__ Pack<T, kWide<T>> load_wide(const T* row, i64 column, i64 columns, bool is_whole) {
  if (is_whole) {
    const auto* from = reinterpret_cast<const Pack<T, kWide<T>>*>(row + column);
    if constexpr (IsReadOnce) return ptx::load_nc_no_allocate(from);
    else return *from;
  }
  Pack<T, kWide<T>> wide;
#pragma unroll
  for (int i = 0; i < kWide<T>; ++i) wide.v[i] = column + i < columns ? row[column + i] : T{};
  return wide;
}

// The products of the rows with a tile of keys.
template <class T, int Count>
__device__ __forceinline__ void multiply_keys(compute_t<T> (&product)[kKeyTile][Count], const T* q, int rows,
                                              const T* k, const i64 (&places)[kKeyTile], int keys, i64 columns) {
  using C = compute_t<T>;
  const int first = threadIdx.x / kKeyLanes, lane = threadIdx.x % kKeyLanes;
  const bool is_whole = is_aligned<kWide<T>>(k) && columns % kWide<T> == 0;
  const bool is_whole_query = is_aligned<kWide<T>>(q) && columns % kWide<T> == 0;
  C sum[kKeysAtOnce][Count] = {};
  i64 place[kKeysAtOnce];
#pragma unroll
  for (int i = 0; i < kKeysAtOnce; ++i) {
    const int key = first + i * (kKeyTile / kKeysAtOnce);
    place[i] = key < keys ? places[key] : -1;
  }
  for (i64 column = lane * kWide<T>; column < columns; column += kKeyLanes * kWide<T>) {
    Pack<T, kWide<T>> wide[kKeysAtOnce] = {};
#pragma unroll
    for (int i = 0; i < kKeysAtOnce; ++i) {
      if (place[i] >= 0) wide[i] = load_wide<true>(k + place[i] * columns, column, columns, is_whole);
    }
#pragma unroll
    for (int r = 0; r < Count; ++r) {
      if (r >= rows) break;
      const Pack<T, kWide<T>> query = load_wide<false>(q + r * columns, column, columns, is_whole_query);
#pragma unroll
      for (int e = 0; e < kWide<T>; ++e) {
#pragma unroll
        for (int i = 0; i < kKeysAtOnce; ++i) sum[i][r] += up(query.v[e]) * up(wide[i].v[e]);
      }
    }
  }
#pragma unroll
  for (int i = 0; i < kKeysAtOnce; ++i) {
    const int key = first + i * (kKeyTile / kKeysAtOnce);
#pragma unroll
    for (int r = 0; r < Count; ++r) {
      C all = sum[i][r];
#pragma unroll
      for (int distance = kKeyLanes / 2; distance > 0; distance >>= 1) all += __shfl_xor_sync(kAllLanes, all, distance);
      if (lane == r % kKeyLanes && key < keys) product[key][r] = place[i] < 0 ? not_a_number<C>() : all;
    }
  }
}

// A row's products become weights, by a warp; -1 where it does not see the key. The factor by which what it has shrinks.
template <class C, int Count>
__device__ __forceinline__ C weigh_row(C (&weight)[kKeyTile][Count], int row, Softsum<C>& all, Rows seen, i64 first,
                                       int keys, C scale) {
  constexpr int kLaneKeys = kKeyTile / 32;
  C score[kLaneKeys];
  bool sees[kLaneKeys];
  C maximum = all.maximum;
#pragma unroll
  for (int i = 0; i < kLaneKeys; ++i) {
    const int key = threadIdx.x % 32 + 32 * i;
    sees[i] = key < keys && first + key >= seen.begin && first + key < seen.end;
    score[i] = sees[i] ? weight[key][row] * scale : -infinity<C>();
    maximum = math::maximum(maximum, score[i]);
  }
  maximum = warp_reduce(maximum, [](C x, C y) { return math::maximum(x, y); });
  C sum = 0;
#pragma unroll
  for (int i = 0; i < kLaneKeys; ++i) {
    // -inf has no weight: where it is the maximum too, -inf - -inf must not come up.
    const C mine = score[i] == -infinity<C>() ? C(0) : math::exp(score[i] - maximum);
    const int key = threadIdx.x % 32 + 32 * i;
    if (key < keys) weight[key][row] = sees[i] ? mine : C(-1);
    sum += mine;
  }
  const C shrink = all.maximum == maximum ? C(1) : math::exp(all.maximum - maximum);
  all = {maximum, all.sum * shrink + warp_reduce(sum, Plus{})};
  return shrink;
}

// Adds every nth value of a tile, from the thread's own, to its columns of all rows. A key in no page has weights of NaN.
template <class T, int Count>
__device__ __forceinline__ void add_values(compute_t<T> (&sum)[Count][kWide<T>], int rows,
                                           const compute_t<T> (&weight)[kKeyTile][Count], const T* v,
                                           const i64 (&places)[kKeyTile], int own, int step, int keys, i64 column,
                                           i64 columns) {
  const bool is_whole = is_aligned<kWide<T>>(v) && columns % kWide<T> == 0;
  for (int from = own; from < keys; from += step * kKeysAtOnce) {
    Pack<T, kWide<T>> wide[kKeysAtOnce] = {};
#pragma unroll
    for (int i = 0; i < kKeysAtOnce; ++i) {
      const int key = from + i * step;
      if (key < keys && places[key] >= 0) wide[i] = load_wide<true>(v + places[key] * columns, column, columns, is_whole);
    }
#pragma unroll
    for (int i = 0; i < kKeysAtOnce; ++i) {
      const int key = from + i * step;
      if (key >= keys) break;
#pragma unroll
      for (int r = 0; r < Count; ++r) {
        if (r >= rows) break;
        const compute_t<T> factor = weight[key][r];
        if (factor < compute_t<T>(0)) continue;
#pragma unroll
        for (int e = 0; e < kWide<T>; ++e) sum[r][e] += factor * up(wide[i].v[e]);
      }
    }
  }
}

template <class T, int Count>
__global__ void __launch_bounds__(kPagedBlock)
    paged_attention(T* y, compute_t<T>* log_sum_exp /* [heads, queries] */, bool has_log_sum_exp,
                    compute_t<T>* parts /* [rows, splits, value_dim], of more than one split */,
                    Softsum<compute_t<T>>* part_sums /* [rows, splits] */, const T* q, const T* k, const T* v,
                    const i32* table, const i32* lengths, compute_t<T> scale, Attention a, PagedCache cache,
                    i64 splits) {
  using C = compute_t<T>;
  __shared__ C weight[kKeyTile][Count];
  __shared__ i64 place[2][kKeyTile];  // of the tile's keys, in one of two: it is filled while others use the other
  __shared__ C shrink[Count];
  __shared__ Softsum<C> total[Count];
  __shared__ C gathered[kWide<T>][kPagedBlock];
  const int lane = threadIdx.x % 32, warp = threadIdx.x / 32;
  const PagedWork work = paged_work<Count>(a, cache, lengths, splits);
  if (work.has_no_part(splits)) return;
  const i64 row = work.row;
  const int rows = work.rows;
  const Rows part = work.keys;
  table += work.sequence * cache.table_pages;
  for (i64 piece = 0; piece < a.value_dim; piece += kPagedBlock * kWide<T>) {
    const i64 packs = (a.value_dim - piece + kWide<T> - 1) / kWide<T>;
    const int across = (int)(packs < kPagedBlock ? packs : kPagedBlock), step = kPagedBlock / across;
    const int own = threadIdx.x / across;  // the first value of a tile; threads from `step` on have none
    const i64 column = piece + threadIdx.x % across * kWide<T>;
    C sum[Count][kWide<T>] = {};
    Softsum<C> all[(Count + kPagedWarps - 1) / kPagedWarps];  // of the warp's rows
    for (auto& one : all) one = {-infinity<C>(), C(0)};
    int buffer = 0;
    for (i64 first = part.begin; first < part.end; first += kKeyTile, buffer ^= 1) {
      const int keys = (int)(part.end - first < kKeyTile ? part.end - first : kKeyTile);
      for (int key = threadIdx.x; key < keys; key += kPagedBlock) {
        place[buffer][key] = row_of(cache, table, work.head, first + key);
      }
      __syncthreads();  // the places are there, and the weights of the tile before have been used
      multiply_keys<T, Count>(weight, q + row * a.head_dim, rows, k, place[buffer], keys, a.head_dim);
      __syncthreads();
#pragma unroll
      for (int i = 0; i < (Count + kPagedWarps - 1) / kPagedWarps; ++i) {
        const int r = warp + i * kPagedWarps;
        if (r >= rows) break;
        const Rows seen = keys_of(a, (work.first_row + r) % a.queries);
        const C factor = weigh_row(weight, r, all[i], seen, first, keys, scale);
        if (lane == 0) shrink[r] = factor;
      }
      __syncthreads();
#pragma unroll
      for (int r = 0; r < Count; ++r) {
        if (r >= rows) break;
#pragma unroll
        for (int e = 0; e < kWide<T>; ++e) sum[r][e] *= shrink[r];
      }
      if (own < step) {
        add_values<T, Count>(sum, rows, weight, v, place[buffer], own, step, keys, column, a.value_dim);
      }
    }
#pragma unroll
    for (int i = 0; i < (Count + kPagedWarps - 1) / kPagedWarps; ++i) {
      if (lane == 0 && warp + i * kPagedWarps < rows) total[warp + i * kPagedWarps] = all[i];
    }
#pragma unroll
    for (int r = 0; r < Count; ++r) {
      if (r >= rows) break;
#pragma unroll
      for (int e = 0; e < kWide<T>; ++e) gathered[e][threadIdx.x] = sum[r][e];
      __syncthreads();
      const Rows seen = keys_of(a, (work.first_row + r) % a.queries);
      const C factor = splits > 1 ? C(1) : normal_of(total[r].sum, seen, work.is_length);
      for (int e = 0; e < kWide<T> && (int)threadIdx.x < across && column + e < a.value_dim; ++e) {
        C together = 0;
        for (int other = 0; other < step; ++other) together += gathered[e][other * across + threadIdx.x];
        if (splits > 1) parts[((row + r) * splits + work.split) * a.value_dim + column + e] = together;
        else y[(row + r) * a.value_dim + column + e] = down<T>(together * factor);
      }
      if (threadIdx.x == 0 && splits > 1) part_sums[(row + r) * splits + work.split] = total[r];
      if (threadIdx.x == 0 && splits == 1 && has_log_sum_exp) {
        log_sum_exp[row + r] = log_sum_exp_of(total[r], work.is_length);
      }
      __syncthreads();
    }
  }
}

// A block for each row; a thread for each split and then for columns of the result.
template <class T>
__global__ void __launch_bounds__(kPagedBlock)
    paged_attention_merge(T* y, compute_t<T>* log_sum_exp, bool has_log_sum_exp, const compute_t<T>* parts,
                          const Softsum<compute_t<T>>* part_sums, const i32* lengths, Attention a, PagedCache cache,
                          i64 splits) {
  using C = compute_t<T>;
  __shared__ C factor[kPagedBlock];
  const i64 row = blockIdx.x;
  const i64 length = lengths[row / (a.group * a.queries * cache.heads)];
  const Rows all = keys_of_sequence(a, cache, length);
  const i64 each = keys_of_part(all, splits);
  const int used = each > 0 ? (int)((all.end - all.begin + each - 1) / each) : 0;
  const bool has_part = (int)threadIdx.x < used;
  const Softsum<C> mine = has_part ? part_sums[row * splits + threadIdx.x] : Softsum<C>{-infinity<C>(), C(0)};
  const C maximum = block_reduce(mine.maximum, [](C x, C y) { return math::maximum(x, y); }, -infinity<C>());
  const C share = mine.maximum == maximum ? C(1) : math::exp(mine.maximum - maximum);
  const C sum = block_reduce(mine.sum * share, Plus{}, C(0));
  const C normal = normal_of(sum, keys_of(a, row % a.queries), holds(cache, length));
  factor[threadIdx.x] = share;
  __syncthreads();
  for (i64 column = threadIdx.x; column < a.value_dim; column += kPagedBlock) {
    const C* part = parts + row * splits * a.value_dim + column;
    C together = 0;
#pragma unroll 8
    for (int split = 0; split < used; ++split) together += factor[split] * part[split * a.value_dim];
    y[row * a.value_dim + column] = down<T>(together * normal);
  }
  if (has_log_sum_exp && threadIdx.x == 0) {
    log_sum_exp[row] = log_sum_exp_of(Softsum<C>{maximum, sum}, holds(cache, length));
  }
}
