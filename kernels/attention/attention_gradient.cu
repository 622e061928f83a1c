// The gradients dq, dk and dv of y = softmax(scale * q k^T) v from dy, y and log_sum_exp, what attention.cu leaves of
// each query. Over the pairs of a query and a key that it sees, with delta = the sum of dy * y along a row,
//   p = exp(scale * q k^T - log_sum_exp),  ds = scale * p * (dy v^T - delta),
//   dq = ds k,  dk = ds^T q,  dv = p^T dy.
//
// Nothing of the size of the scores is stored. attention_gradient_delta makes delta; attention_gradient_queries gives a
// warp to each row of dq, attention_gradient_keys one to each row of dk and dv (common/attention_gradient_row.cuh). Both
// make the scores anew, and for every 256 columns of a result again; sums are formed in a fixed order. Together
// 2 * pairs * (4 * head_dim + 3 * value_dim) operations up to 256 columns. All kernels of the gradients, also those on tensor
// cores, take the same arguments, with those of all three results; by wgmma, four maps and a number behind them.
#include "common/attention_gradient_row.cuh"

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
    attention_gradient_queries(T* dq, T*, T*, const T* q, const T* k, const T* v, const T* dy, const compute_t<T>* log_sum_exp,
                               const compute_t<T>* delta, const i32* query_offsets, const i32* key_offsets,
                               compute_t<T> scale, Attention a) {
  const i64 warp = blockIdx.x * (i64)kWarps + threadIdx.x / 32;
  if (warp >= a.heads * a.queries) return;
  const i64 head = warp / a.queries, query = warp - head * a.queries;
  const HeadRows at = rows_of_head(a, head, query_offsets, key_offsets);
  if (query < a.queries) differentiate_query(dq, {q, k, v, dy, log_sum_exp, delta}, scale, a, at, query);
}

template <class T>
__global__ void __launch_bounds__(32 * kWarps)
    attention_gradient_keys(T*, T* dk, T* dv, const T* q, const T* k, const T* v, const T* dy,
                            const compute_t<T>* log_sum_exp, const compute_t<T>* delta, const i32* query_offsets,
                            const i32* key_offsets, compute_t<T> scale, Attention a) {
  const i64 warp = blockIdx.x * (i64)kWarps + threadIdx.x / 32;
  if (warp >= a.heads / a.group * a.keys) return;
  const i64 shared_head = warp / a.keys, key = warp - shared_head * a.keys;
  const HeadRows at = rows_of_head(a, shared_head * a.group, query_offsets, key_offsets);
  if (key < a.keys) differentiate_key(dk, dv, {q, k, v, dy, log_sum_exp, delta}, scale, a, at, key);
}
