// The softmax of attention on tensor cores, which runs along tile by tile in registers, in powers of two. A lane has parts of two rows of
// the products Q K^T, lane / 4 and that + 8 of its warp's 16, as mma.sync and wgmma leave them in their accumulators.
//
// The weights are rounded to 16 or 8 bits for P V, their sum is not. Those of f16 are 2^15 times as large, which leaves them the whole
// range of their exponents: one below 2^-40 of the largest of its row is 0. Those of e4m3 are 2^8 times as large, 256 at most where
// 448 is the largest number: below 2^-14 of the largest of its row one has fewer bits, and up to 2^-18 of it becomes 0.
#pragma once
#include "common/flash_product.cuh"
#include "common/math.cuh"
#include "common/ptx/approx.cuh"

#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
// What a product is multiplied with to become an exponent of two. Of the scale 0 the caller makes the products 0; of a negative one it
// changes their signs (turn_products): the largest score is then that of the largest product.
__device__ __forceinline__ float flash_factor(float scale) {
  return scale == 0.0f ? 1.0f : fabsf(scale) * kLog2E;
}

// Products of the scale 0 become 0 before they meet the -inf of keys that are not seen; of a negative one they change their signs.
template <int Tiles> __device__ __forceinline__ void turn_products(float (&s)[Tiles][4], float scale) {
  if (scale > 0.0f) return;
  const float turn = scale == 0.0f ? 0.0f : -1.0f;
#pragma unroll
  for (int i = 0; i < Tiles * 4; ++i) s[i / 4][i % 4] *= turn;
}

template <class T> struct FlashSoftmax {
  float maximum[2] = {-infinity<float>(), -infinity<float>()};  // of the products, before the scale
  float sum[2] = {};                                            // of the weights in the lane's own columns

  // Products become weights, 2^(product * factor - maximum + kWeightBits), and what the tiles before gave has to shrink to the new maximum.
  template <int Tiles> __device__ __forceinline__ void weigh(float (&s)[Tiles][4], float (&shrink)[2], float factor) {
    constexpr float kShift = kWeightBits<T>;
    constexpr bool kIsExact = sizeof(T) == 1;
    constexpr float kFarBase = 1 << 12;  // from there on floats are more than 2^-12 apart, which two tiles would be off against each other
#pragma unroll
    for (int h = 0; h < 2; ++h) {
      // NaN does not show in the maximum; it makes its own weight and with it the row NaN. Two chains of maxima and of sums take half as long
      // as one.
      float left = maximum[h], right = maximum[h];
#pragma unroll
      for (int j = 0; j < Tiles; ++j) {
        left = fmaxf(left, s[j][2 * h]);
        right = fmaxf(right, s[j][2 * h + 1]);
      }
      const float highest = quad_reduce(fmaxf(left, right), [](float x, float y) { return fmaxf(x, y); });
      // -inf has no weight: where it is the maximum too, -inf - -inf must not come up.
      const float top = highest == -infinity<float>() ? 0.0f : highest, base = top * factor;
      // Of e4m3 the largest weight has to be 256 whatever the scores are: one above 448 would become that without a trace. Of the other types
      // products become differences where a rounded base is far off.
      const bool is_far = !kIsExact && fabsf(base) > kFarBase;
      if (is_far) {
#pragma unroll
        for (int j = 0; j < Tiles; ++j) {
          s[j][2 * h] -= top;
          s[j][2 * h + 1] -= top;
        }
      }
      const float more = kIsExact || is_far ? kShift : kShift - base;
      const auto exponent = [&](float x) { return math::fma(kIsExact ? x - top : x, factor, more); };
      // By the difference, which is 0 of the same maximum: an error would be there in each tile again.
      shrink[h] = ptx::ex2_approx((maximum[h] - top) * factor);
      float even = 0.0f, odd = 0.0f;
#pragma unroll
      for (int j = 0; j < Tiles; ++j) {
        s[j][2 * h] = ptx::ex2_approx(exponent(s[j][2 * h]));
        s[j][2 * h + 1] = ptx::ex2_approx(exponent(s[j][2 * h + 1]));
        even += s[j][2 * h];
        odd += s[j][2 * h + 1];
      }
      maximum[h] = highest;
      sum[h] = sum[h] * shrink[h] + (even + odd);
    }
  }

  // When all tiles are done: sum[h] becomes that of the whole row, and the row's log(sum of exp(score)) is written where it is wanted and
  // the query exists. Returns what the row of P V is multiplied with.
  __device__ __forceinline__ float finish(int h, float scale, const Attention& a, const HeadRows& at, i64 query, float* log_sum_exp /* or null */) {
    sum[h] = quad_reduce(sum[h], Plus{});
    const Rows seen = keys_of(a, query);
    const float normal = !at.is_whole ? not_a_number<float>() : seen.begin < seen.end ? 1.0f / sum[h] : 0.0f;
    if (log_sum_exp != nullptr && threadIdx.x % 4 == 0 && query < a.queries) {
      const float highest = maximum[h] == -infinity<float>() ? maximum[h] : maximum[h] * fabsf(scale);
      const float logarithm = highest + math::log(sum[h] * (1.0f / (1 << kWeightBits<T>)));
      log_sum_exp[at.query + query * at.query_step] = at.is_whole ? logarithm : normal;
    }
    return normal;
  }
};

// Hides the keys of a tile from those of a lane's two rows that do not see them; seen_of(row) tells which of them a row (0 to 15) sees.
template <int Tiles, class SeenOf> __device__ __forceinline__ void hide_unseen(float (&s)[Tiles][4], SeenOf seen_of) {
  const int lane = threadIdx.x % 32;
  const Seen mine[2] = {seen_of(lane / 4), seen_of(lane / 4 + 8)};
#pragma unroll
  for (int i = 0; i < Tiles * 4; ++i) {
    if (!mine[i / 2 % 2].has(column_of(i))) s[i / 4][i % 4] = -infinity<float>();
  }
}
#endif
