// y = softmax(scale * q k^T) v over the keys that a query sees; groups of heads share their keys and values
// (common/attention.cuh). A query that sees no key gives zeros; a key that it does not see is not read.
//
// attention is the plain form: a warp per query goes over the keys in tiles of 32. The warp makes one score after the
// other, each lane keeps one of them, and the running maximum and sum of the softmax are updated once a tile, so that
// no matrix of scores is ever stored. It computes 2 * pairs * (head_dim + value_dim) operations and reads K and V once
// for every query, mostly from the cache; values wider than 256 columns are made in pieces, with the scores anew for
// each. The logarithm of the sum of exp(score), maximum included, is left for the gradient. Of packed sequences that have
// fewer queries than the longest some warps have no work; a sequence with more rows than the host said, or whose keys do
// not exist, is NaN.
#include "common/attention.cuh"
#include "common/softsum.cuh"

template <class T>
__global__ void __launch_bounds__(32 * kWarps)
    attention(T* y, compute_t<T>* log_sum_exp /* as y, without value_dim */, bool has_log_sum_exp, const T* q,
              const T* k, const T* v, const i32* query_offsets /* [sequences + 1], of packed ones */,
              const i32* key_offsets, compute_t<T> scale, Attention a) {
  using C = compute_t<T>;
  const i64 warp = blockIdx.x * (i64)kWarps + threadIdx.x / 32;
  const int lane = threadIdx.x % 32;
  if (warp >= a.heads * a.queries) return;
  const i64 head = warp / a.queries, query = warp - head * a.queries;
  const HeadRows at = rows_of_head(a, head, query_offsets, key_offsets);
  if (query >= a.queries) return;
  const Rows seen = keys_of(a, query);
  const i64 row = at.query + query * at.query_step, key_pitch = at.key_step * a.head_dim;
  const i64 value_pitch = at.key_step * a.value_dim;
  q += row * a.head_dim;
  k += at.key * a.head_dim;
  v += at.key * a.value_dim;
  for (i64 column = 0; column < a.value_dim; column += kPieceColumns) {
    Softsum<C> all{-infinity<C>(), C(0)};
    C sum[kLaneColumns] = {};
    for (i64 first = seen.begin; first < seen.end; first += kTileRows) {
      const int rows = tile_rows(seen, first);
      C score = -infinity<C>();
      for (int r = 0; r < rows; ++r) {
        const C product = dot(q, k + (first + r) * key_pitch, a.head_dim) * scale;
        if (lane == r) score = product;
      }
      const C maximum = warp_reduce(math::maximum(all.maximum, score), [](C x, C y) { return math::maximum(x, y); });
      // -inf has no weight: where it is the maximum too, -inf - -inf must not come up.
      const C weight = score == -infinity<C>() ? C(0) : math::exp(score - maximum);
      const C shrink = all.maximum == maximum ? C(1) : math::exp(all.maximum - maximum);
      all = {maximum, all.sum * shrink + warp_reduce(weight, Plus{})};
#pragma unroll
      for (int i = 0; i < kLaneColumns; ++i) sum[i] *= shrink;
      add_rows(sum, weight, v + first * value_pitch, rows, column, a.value_dim, value_pitch);
    }
    const C normal = !at.is_whole ? not_a_number<C>() : seen.begin < seen.end ? C(1) / all.sum : C(0);
    store_piece(y + row * a.value_dim, sum, normal, column, a.value_dim);
    if (has_log_sum_exp && lane == 0) log_sum_exp[row] = at.is_whole ? all.maximum + math::log(all.sum) : normal;
  }
}
