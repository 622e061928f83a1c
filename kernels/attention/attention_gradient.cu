// The gradients dq, dk and dv of y = softmax(scale * q k^T) v from dy, y and log_sum_exp, what attention.cu leaves of
// each query. Over the pairs of a query and a key that it sees, with delta = the sum of dy * y along a row,
//   p = exp(scale * q k^T - log_sum_exp),  ds = scale * p * (dy v^T - delta),
//   dq = ds k,  dk = ds^T q,  dv = p^T dy.
//
// Nothing of the size of the scores is stored. attention_gradient_delta makes delta; attention_gradient_queries gives a
// warp to each row of dq, which goes over the keys, attention_gradient_keys one to each row of dk and dv, which goes
// over the queries of all heads that share it. Both make the scores anew, and for every 256 columns of a result again;
// sums are formed in a fixed order. Together 2 * pairs * (4 * head_dim + 3 * value_dim) operations up to 256 columns.
#include "common/attention.cuh"

template <class T>
__global__ void __launch_bounds__(32 * kWarps)
    attention_gradient_delta(compute_t<T>* delta /* [heads, queries] */, const T* y, const T* dy, Attention a) {
  const i64 row = blockIdx.x * (i64)kWarps + threadIdx.x / 32;
  if (row >= a.heads * a.queries) return;
  const compute_t<T> sum = dot(y + row * a.value_dim, dy + row * a.value_dim, a.value_dim);
  if (threadIdx.x % 32 == 0) delta[row] = sum;
}

template <class T>
__global__ void __launch_bounds__(32 * kWarps)
    attention_gradient_queries(T* dq, const T* q, const T* k, const T* v, const T* dy, const compute_t<T>* log_sum_exp,
                               const compute_t<T>* delta, compute_t<T> scale, Attention a) {
  using C = compute_t<T>;
  const i64 row = blockIdx.x * (i64)kWarps + threadIdx.x / 32;
  const int lane = threadIdx.x % 32;
  if (row >= a.heads * a.queries) return;
  const i64 head = row / a.queries;
  const Rows seen = keys_of(a, row - head * a.queries);
  k += head / a.group * a.keys * a.head_dim;
  v += head / a.group * a.keys * a.value_dim;
  for (i64 column = 0; column < a.head_dim; column += kPieceColumns) {
    C sum[kLaneColumns] = {};
    for (i64 first = seen.begin; first < seen.end; first += kTileRows) {
      const int rows = tile_rows(seen, first);
      C score = 0, slope = 0;
      for (int r = 0; r < rows; ++r) {
        const C product = dot(q + row * a.head_dim, k + (first + r) * a.head_dim, a.head_dim) * scale;
        const C gradient = dot(dy + row * a.value_dim, v + (first + r) * a.value_dim, a.value_dim) - delta[row];
        if (lane == r) {
          score = product;
          slope = gradient;
        }
      }
      add_rows(sum, math::exp(score - log_sum_exp[row]) * slope, k + first * a.head_dim, rows, column, a.head_dim, a.head_dim);
    }
    store_piece(dq + row * a.head_dim, sum, scale, column, a.head_dim);
  }
}

template <class T>
__global__ void __launch_bounds__(32 * kWarps)
    attention_gradient_keys(T* dk, T* dv, const T* q, const T* k, const T* v, const T* dy,
                            const compute_t<T>* log_sum_exp, const compute_t<T>* delta, compute_t<T> scale,
                            Attention a) {
  using C = compute_t<T>;
  const i64 row = blockIdx.x * (i64)kWarps + threadIdx.x / 32;
  const int lane = threadIdx.x % 32;
  if (row >= a.heads / a.group * a.keys) return;
  const i64 shared_head = row / a.keys;
  const Rows seen = queries_of(a, row - shared_head * a.keys);
  for (i64 column = 0; column < a.head_dim || column < a.value_dim; column += kPieceColumns) {
    C key_sum[kLaneColumns] = {}, value_sum[kLaneColumns] = {};
    for (i64 head = shared_head * a.group; head < (shared_head + 1) * a.group; ++head) {
      for (i64 first = seen.begin; first < seen.end; first += kTileRows) {
        const i64 query = head * a.queries + first;
        const int rows = tile_rows(seen, first);
        C weight = 0, slope = 0;
        for (int r = 0; r < rows; ++r) {
          const C score = dot(q + (query + r) * a.head_dim, k + row * a.head_dim, a.head_dim) * scale;
          const C gradient = dot(dy + (query + r) * a.value_dim, v + row * a.value_dim, a.value_dim) - delta[query + r];
          if (lane == r) {
            weight = math::exp(score - log_sum_exp[query + r]);
            slope = gradient;
          }
        }
        add_rows(key_sum, weight * slope, q + query * a.head_dim, rows, column, a.head_dim, a.head_dim);
        add_rows(value_sum, weight, dy + query * a.value_dim, rows, column, a.value_dim, a.value_dim);
      }
    }
    store_piece(dk + row * a.head_dim, key_sum, scale, column, a.head_dim);
    store_piece(dv + row * a.value_dim, value_sum, C(1), column, a.value_dim);
  }
}
