// What the attention's gradients on tensor cores are made of, by mma.sync as by wgmma: which of them a kernel makes, and how products become
// weights and slopes. A block owns rows x of one side, queries with dy as dx or keys with values as dx, and goes over the rows of the other
// side that they meet. With s = x other^T and g = dx other_dx^T it makes
//   weights p = exp(scale * s - log_sum_exp) and slopes ds = p * (g - delta), then the sums
//   x_sum += ds other, of dq or dk, and dx_sum += p other_dx, of dv,
// where p and ds are rounded to 16 bits. A lane has parts of two rows of them, lane / 4 and that + 8 of its warp's 16, as mma.sync and wgmma
// leave them in their accumulators.
//
// The sums of dk and dv of 256 columns together do not fit the registers of the threads that have the weights. Two kernels make one of them
// each, which costs a fifth product, the scores anew. Twice the threads to as many rows, each with half of the columns, would save that,
// but not the traffic: their blocks have half of the rows, so that the other side is brought twice as often, as it is for two kernels. And
// weights and slopes would go through shared memory, with two barriers to a tile.
#pragma once
#include "common/flash_product.cuh"
#include "common/math.cuh"
#include "common/ptx/approx.cuh"

enum class GradientOf { queries, keys, values, keys_and_values };

template <GradientOf Of> struct GradientParts {
  static constexpr bool kOfKeys = Of != GradientOf::queries;     // the block's rows are keys, else queries
  static constexpr bool kHasSlopes = Of != GradientOf::values;   // it takes dx and makes x_sum
  static constexpr bool kHasWeights = Of == GradientOf::values || Of == GradientOf::keys_and_values;  // it makes dx_sum

  // The rows of the other side that a row meets.
  __device__ __forceinline__ static Rows others_of(const Attention& a, i64 row) { return kOfKeys ? queries_of(a, row) : keys_of(a, row); }
  // The same if there were rows without end.
  __device__ __forceinline__ static Rows others_around(const Attention& a, i64 row) { return kOfKeys ? queries_around(a, row) : keys_around(a, row); }
};

#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
// Of numbers that the rows of a tile have in shared memory, those of the elements i and i + 1 of a lane's accumulators, i even.
__device__ __forceinline__ float2 pair_of(const float* numbers, int i) { return *reinterpret_cast<const float2*>(numbers + column_of(i)); }

// Products s become weights. log_sum_exp_of(i) gives those of the queries of the elements i and i + 1, i even, in powers of two; the factor
// is the scale of the scores, in powers of two likewise.
template <int Tiles, class LogSumExp> __device__ __forceinline__ void make_weights(float (&s)[Tiles][4], float factor, LogSumExp log_sum_exp_of) {
#pragma unroll
  for (int i = 0; i < Tiles * 4; i += 2) {
    const float2 of_sum = log_sum_exp_of(i);
    float(&pair)[4] = s[i / 4];
    pair[i % 4] = ptx::ex2_approx(math::fma(pair[i % 4], factor, -of_sum.x));
    pair[i % 4 + 1] = ptx::ex2_approx(math::fma(pair[i % 4 + 1], factor, -of_sum.y));
  }
}

// Products g become slopes. delta_of(i) gives those of the queries of the elements i and i + 1, i even.
template <int Tiles, class Delta> __device__ __forceinline__ void make_slopes(float (&g)[Tiles][4], const float (&weights)[Tiles][4], Delta delta_of) {
#pragma unroll
  for (int i = 0; i < Tiles * 4; i += 2) {
    const float2 delta = delta_of(i);
    g[i / 4][i % 4] = weights[i / 4][i % 4] * (g[i / 4][i % 4] - delta.x);
    g[i / 4][i % 4 + 1] = weights[i / 4][i % 4 + 1] * (g[i / 4][i % 4 + 1] - delta.y);
  }
}

// Weights or slopes of rows of a tile that a lane's two rows do not meet become 0; met_by(row) tells which a row (0 to 15) meets.
template <int Tiles, class MetBy> __device__ __forceinline__ void clear_unmet(float (&x)[Tiles][4], MetBy met_by) {
  const int row = threadIdx.x % 32 / 4;
  const Seen met[2] = {met_by(row), met_by(row + 8)};
#pragma unroll
  for (int i = 0; i < Tiles * 4; ++i) {
    if (!met[i / 2 % 2].has(column_of(i))) x[i / 4][i % 4] = 0.0f;
  }
}

// Weights, which are 1 at most but for the rounding of large scores, before they are rounded: those of f16 become 2^kWeightBits times as large,
// which leaves them the whole range of their exponents, and none becomes infinite. Slopes have no such bound, and stay as they are.
template <class T, int Tiles> __device__ __forceinline__ void raise_weights(float (&weights)[Tiles][4]) {
  if constexpr (kWeightBits<T> != 0) {
    constexpr float kMost = 65504.0f;
#pragma unroll
    for (int i = 0; i < Tiles * 4; ++i) {
      const float raised = weights[i / 4][i % 4] * (float)(1 << kWeightBits<T>);
      weights[i / 4][i % 4] = raised > kMost ? kMost : raised;  // NaN stays
    }
  }
}

// What the sums of slopes and of raised weights are multiplied with.
__device__ __forceinline__ float slope_normal(const HeadRows& at, float scale) { return at.is_whole ? scale : not_a_number<float>(); }
template <class T> __device__ __forceinline__ float weight_normal(const HeadRows& at) { return at.is_whole ? 1.0f / (1 << kWeightBits<T>) : not_a_number<float>(); }
#endif
