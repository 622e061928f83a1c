// y = softmax(scale * scale_q * scale_k * q k^T) * scale_v v of 8-bit floats q, k and v over the keys that a query sees; groups of heads share
// their keys and values (common/attention.cuh). A query that sees no key gives zeros; a key that it does not see is not read.
//
// quantized_attention is the plain form: a warp per query goes over the keys (common/attention_row.cuh), with products and sums in
// float. It computes 2 * pairs * (head_dim + value_dim) operations and reads K and V once for every query, mostly from the cache. The
// logarithm of the sum of exp(score), maximum included, is written where it is wanted.
#include "common/attention_row.cuh"
#include "common/attention_scales.cuh"

template <class Y>
__global__ void __launch_bounds__(32 * kWarps)
    quantized_attention(Y* y, float* log_sum_exp /* as y, without value_dim */, bool has_log_sum_exp, const e4m3* q, const e4m3* k,
                        const e4m3* v, const float* scale_q /* [heads of one entry], or [1] with a step of 0 */, i64 step_q,
                        const float* scale_k, i64 step_k, const float* scale_v, i64 step_v, float scale, i64 heads, Attention a) {
  const i64 warp = blockIdx.x * (i64)kWarps + threadIdx.x / 32;
  if (warp >= a.heads * a.queries) return;
  const i64 head = warp / a.queries, query = warp - head * a.queries;
  const AttentionScales scales{scale_q, step_q, scale_k, step_k, scale_v, step_v, heads};
  const HeadRows at = rows_of_head(a, head, nullptr, nullptr);
  attend_row(y, has_log_sum_exp ? log_sum_exp : nullptr, q, k, v, scales.of_scores(scale, head, a.group), a, at, query, scales.of_values(head, a.group));
}
