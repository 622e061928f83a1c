// What the quantised numbers of an attention are worth: a number of Q, K or V counts as many times itself as the scale of its head says.
#pragma once
#include "common/attention.cuh"

struct AttentionScales {
  const float* q;  // [heads], or [1] with a step of 0
  i64 step_q;
  const float* k;  // [heads / group], or [1]
  i64 step_k;
  const float* v;
  i64 step_v;
  i64 heads;  // of Q in one entry of the batch

  // The factor of a head's products of queries and keys.
  __device__ __forceinline__ float of_scores(float scale, i64 head, i64 group) const {
    const i64 within = head % heads;
    return scale * (q[within * step_q] * k[within / group * step_k]);
  }
  __device__ __forceinline__ float of_values(i64 head, i64 group) const { return v[head % heads / group * step_v]; }
};
