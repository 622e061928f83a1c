// y = softmax(scale * q k^T) v over the keys that a query sees; groups of heads share their keys and values
// (common/attention.cuh). A query that sees no key gives zeros; a key that it does not see is not read.
//
// attention is the plain form: a warp per query goes over the keys (common/attention_row.cuh). It computes
// 2 * pairs * (head_dim + value_dim) operations and reads K and V once for every query, mostly from the cache; values
// wider than 256 columns are made in pieces, with the scores anew for each. The logarithm of the sum of exp(score), maximum
// included, is left for the gradient. Of packed sequences that have fewer queries than the longest some warps have no work;
// a sequence with more rows than the host said, or whose keys do not exist, is NaN.
#include "common/attention_row.cuh"

template <class T>
__global__ void __launch_bounds__(32 * kWarps)
    attention(T* y, compute_t<T>* log_sum_exp /* as y, without value_dim */, bool has_log_sum_exp, const T* q,
              const T* k, const T* v, const i32* query_offsets /* [sequences + 1], of packed ones */,
              const i32* key_offsets, compute_t<T> scale, Attention a) {
  const i64 warp = blockIdx.x * (i64)kWarps + threadIdx.x / 32;
  if (warp >= a.heads * a.queries) return;
  const i64 head = warp / a.queries, query = warp - head * a.queries;
  const HeadRows at = rows_of_head(a, head, query_offsets, key_offsets);
  if (query >= a.queries) return;
  attend_row(y, has_log_sum_exp ? log_sum_exp : nullptr, q, k, v, scale, a, at, query);
}
