// Rows of the attention's gradients by a warp on the ordinary arithmetic units, for every element type and width: what the plain gradients
// (attention/attention_gradient.cu, with the formulas) are made of, and what others fall back on for single rows. What the row does not
// see, or is not seen by it, is not read.
//
// The warp goes over the other side in tiles of 32 rows: it makes one score and one slope after the other, of which each lane keeps one,
// and adds the tile's rows to the result. Results wider than 256 columns are made in pieces, with the scores anew for each.
#pragma once
#include "common/attention.cuh"

// What the gradients are made of: rows of the tensors, and of each query the logarithm of its sum and delta.
template <class T> struct GradientInputs {
  const T *q, *k, *v, *dy;
  const compute_t<T>*log_sum_exp, *delta;
};

// The row of dq of a query. `a` is of the query's own sequence, as rows_of_head leaves it.
template <class T>
__device__ __forceinline__ void differentiate_query(T* dq, const GradientInputs<T>& in, compute_t<T> scale, const Attention& a, const HeadRows& at, i64 query) {
  using C = compute_t<T>;
  const int lane = threadIdx.x % 32;
  const Rows seen = keys_of(a, query);
  const i64 row = at.query + query * at.query_step, key_pitch = at.key_step * a.head_dim;
  const i64 value_pitch = at.key_step * a.value_dim;
  const T *k = in.k + at.key * a.head_dim, *v = in.v + at.key * a.value_dim;
  for (i64 column = 0; column < a.head_dim; column += kPieceColumns) {
    C sum[kLaneColumns] = {};
    for (i64 first = seen.begin; first < seen.end; first += kTileRows) {
      const int rows = tile_rows(seen, first);
      C score = 0, slope = 0;
      for (int r = 0; r < rows; ++r) {
        const C product = dot(in.q + row * a.head_dim, k + (first + r) * key_pitch, a.head_dim) * scale;
        const C gradient = dot(in.dy + row * a.value_dim, v + (first + r) * value_pitch, a.value_dim) - in.delta[row];
        if (lane == r) {
          score = product;
          slope = gradient;
        }
      }
      const C weight = math::exp(score - in.log_sum_exp[row]);
      add_rows(sum, weight * slope, k + first * key_pitch, rows, column, a.head_dim, key_pitch);
    }
    store_piece(dq + row * a.head_dim, sum, at.is_whole ? scale : not_a_number<C>(), column, a.head_dim);
  }
}

// The rows of dk and dv of a key, or of the one that is not null, over the queries of all heads that share it. `at` is of the first of them.
template <class T>
__device__ __forceinline__ void differentiate_key(T* dk, T* dv, const GradientInputs<T>& in, compute_t<T> scale, const Attention& a, const HeadRows& at, i64 key) {
  using C = compute_t<T>;
  const int lane = threadIdx.x % 32;
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
          const C score = dot(in.q + other * a.head_dim, in.k + row * a.head_dim, a.head_dim) * scale;
          const C gradient = dot(in.dy + other * a.value_dim, in.v + row * a.value_dim, a.value_dim) - in.delta[other];
          if (lane == r) {
            weight = math::exp(score - in.log_sum_exp[other]);
            slope = gradient;
          }
        }
        add_rows(key_sum, weight * slope, in.q + query * a.head_dim, rows, column, a.head_dim, step * a.head_dim);
        add_rows(value_sum, weight, in.dy + query * a.value_dim, rows, column, a.value_dim, step * a.value_dim);
      }
    }
    if (dk != nullptr) store_piece(dk + row * a.head_dim, key_sum, at.is_whole ? scale : not_a_number<C>(), column, a.head_dim);
    if (dv != nullptr) store_piece(dv + row * a.value_dim, value_sum, at.is_whole ? C(1) : not_a_number<C>(), column, a.value_dim);
  }
}
