// One row of y = softmax(scale * q k^T) v by a warp on the ordinary arithmetic units, for every element type and width: what the plain
// attention is made of, and what others fall back on for single rows. A key that the query does not see is not read.
//
// The warp goes over the keys in tiles of 32. It makes one score after the other, each lane keeps one of them, and the running maximum
// and sum of the softmax are updated once a tile, so that no matrix of scores is ever stored. Values wider than 256 columns are made in
// pieces, with the scores anew for each.
#pragma once
#include "common/attention.cuh"
#include "common/softsum.cuh"

// `a` is of the query's own sequence, as rows_of_head leaves it. Without log_sum_exp (null) the logarithm is not written. The values
// are value_scale times what v holds.
template <class T, class Y>
__device__ __forceinline__ void attend_row(Y* y, compute_t<T>* log_sum_exp, const T* q, const T* k, const T* v, compute_t<T> scale,
                                           const Attention& a, const HeadRows& at, i64 query, compute_t<T> value_scale = 1) {
  using C = compute_t<T>;
  const int lane = threadIdx.x % 32;
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
    const C normal = !at.is_whole ? not_a_number<C>() : seen.begin < seen.end ? value_scale / all.sum : C(0);
    store_piece(y + row * a.value_dim, sum, normal, column, a.value_dim);
    if (log_sum_exp != nullptr && lane == 0) log_sum_exp[row] = at.is_whole ? all.maximum + math::log(all.sum) : normal;
  }
}
