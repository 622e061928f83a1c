// The gradients dq, dk and dv of y = softmax(scale * q k^T) v from dy, y and log_sum_exp, what attention.cu leaves of
// each query. Over the pairs of a query and a key that it sees, with delta = the sum of dy * y along a row,
//   p = exp(scale * q k^T - log_sum_exp),  ds = scale * p * (dy v^T - delta),
//   dq = ds k,  dk = ds^T q,  dv = p^T dy.
//
// Nothing of the size of the scores is stored. attention_gradient_delta makes delta; attention_gradient_queries gives a
// warp to each row of dq, which goes over the keys, attention_gradient_keys one to each row of dk and dv, which goes
// over the queries of all heads that share it, of packed sequences those of its sequence. Both make the scores anew, and for every 256 columns of a result again;
// sums are formed in a fixed order. Together 2 * pairs * (4 * head_dim + 3 * value_dim) operations up to 256 columns.
#include "common/attention.cuh"

template <class T>
__global__ void __launch_bounds__(32 * kWarps)
    attention_gradient_delta(compute_t<T>* delta /* as log_sum_exp */, const T* y, const T* dy,
                             const i32* query_offsets, const i32* key_offsets, Attention a) {
  const i64 warp = blockIdx.x * (i64)kWarps + threadIdx.x / 32;
  if (warp >= a.heads * a.queries) return;
  const i64 head = warp / a.queries, query = warp - head * a.queries;
  const HeadRows at = rows_of_head(a, head, query_offsets, key_offsets);
  if (query >= a.queries) return;
  const i64 row = at.query + query * at.query_step;
  const compute_t<T> sum = dot(y + row * a.value_dim, dy + row * a.value_dim, a.value_dim);
  if (threadIdx.x % 32 == 0) delta[row] = sum;
}

template <class T>
__global__ void __launch_bounds__(32 * kWarps)
    attention_gradient_queries(T* dq, const T* q, const T* k, const T* v, const T* dy, const compute_t<T>* log_sum_exp,
                               const compute_t<T>* delta, const i32* query_offsets, const i32* key_offsets,
                               compute_t<T> scale, Attention a) {
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
  k += at.key * a.head_dim;
  v += at.key * a.value_dim;
  for (i64 column = 0; column < a.head_dim; column += kPieceColumns) {
    C sum[kLaneColumns] = {};
    for (i64 first = seen.begin; first < seen.end; first += kTileRows) {
      const int rows = tile_rows(seen, first);
      C score = 0, slope = 0;
      for (int r = 0; r < rows; ++r) {
        const C product = dot(q + row * a.head_dim, k + (first + r) * key_pitch, a.head_dim) * scale;
        const C gradient = dot(dy + row * a.value_dim, v + (first + r) * value_pitch, a.value_dim) - delta[row];
        if (lane == r) {
          score = product;
          slope = gradient;
        }
      }
      const C weight = math::exp(score - log_sum_exp[row]);
      add_rows(sum, weight * slope, k + first * key_pitch, rows, column, a.head_dim, key_pitch);
    }
    store_piece(dq + row * a.head_dim, sum, at.is_whole ? scale : not_a_number<C>(), column, a.head_dim);
  }
}

template <class T>
__global__ void __launch_bounds__(32 * kWarps)
    attention_gradient_keys(T* dk, T* dv, const T* q, const T* k, const T* v, const T* dy,
                            const compute_t<T>* log_sum_exp, const compute_t<T>* delta, const i32* query_offsets,
                            const i32* key_offsets, compute_t<T> scale, Attention a) {
  using C = compute_t<T>;
  const i64 warp = blockIdx.x * (i64)kWarps + threadIdx.x / 32;
  const int lane = threadIdx.x % 32;
  if (warp >= a.heads / a.group * a.keys) return;
  const i64 shared_head = warp / a.keys, key = warp - shared_head * a.keys;
  const HeadRows at = rows_of_head(a, shared_head * a.group, query_offsets, key_offsets);
  if (key >= a.keys) return;
  const Rows seen = queries_of(a, key);
  const i64 row = at.key + key * at.key_step, step = at.query_step;
  for (i64 column = 0; column < a.head_dim || column < a.value_dim; column += kPieceColumns) {
    C key_sum[kLaneColumns] = {}, value_sum[kLaneColumns] = {};
    for (i64 head = 0; head < a.group; ++head) {
      for (i64 first = seen.begin; first < seen.end; first += kTileRows) {
        const i64 query = at.query + head * at.head_step + first * step;
        const int rows = tile_rows(seen, first);
        C weight = 0, slope = 0;
        for (int r = 0; r < rows; ++r) {
          const i64 other = query + r * step;
          const C score = dot(q + other * a.head_dim, k + row * a.head_dim, a.head_dim) * scale;
          const C gradient = dot(dy + other * a.value_dim, v + row * a.value_dim, a.value_dim) - delta[other];
          if (lane == r) {
            weight = math::exp(score - log_sum_exp[other]);
            slope = gradient;
          }
        }
        add_rows(key_sum, weight * slope, q + query * a.head_dim, rows, column, a.head_dim, step * a.head_dim);
        add_rows(value_sum, weight, dy + query * a.value_dim, rows, column, a.value_dim, step * a.value_dim);
      }
    }
    store_piece(dk + row * a.head_dim, key_sum, at.is_whole ? scale : not_a_number<C>(), column, a.head_dim);
    store_piece(dv + row * a.value_dim, value_sum, at.is_whole ? C(1) : not_a_number<C>(), column, a.value_dim);
  }
}
