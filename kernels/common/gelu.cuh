// What the two forms of GELU and their gradients are made of: the lower tail of the normal distribution, without a branch, and sigmoid.
// The forms for 16-bit elements keep 1e-5 of their value, a hundredth of what those can hold, in half the instructions.
#pragma once
#include "common/math.cuh"
#include "common/ptx/approx.cuh"

namespace math {
// tail = Phi(-a) = erfc(a / sqrt 2) / 2, Phi being the distribution function of the standard normal, and bell = e^(-a*a/2).
template <class C> struct NormalTail { C tail, bell; };

// The distance of x from 0, at most 40, where tail and bell have reached 0 in double: their products with it are free of 0 * inf.
// NaN stays NaN.
template <class C> __device__ __forceinline__ C tail_distance(C x) {
  const C a = abs(x);
  return a > C(40) ? C(40) : a;
}

template <bool IsFor16Bits> __device__ __forceinline__ NormalTail<double> normal_tail(double a) { return {0.5 * erfc(a * 0.70710678118654752), exp(-0.5 * a * a)}; }

// tail = bell * v * P(t) with v = 1 / (a + k) and t = 1 - 2k * v, which runs from -1 towards 1. (a + k) * tail / bell is smooth in t and
// far from 0; P interpolates it at Chebyshev's points for a up to 14.5. It is 7.3e-6 of it away in degree 5 (k = 3.2), 2.7e-9 in degree 9
// (k = 4.2). Rounding a * a would cost the bell up to 1e-5 of its value, far out: what it loses goes in as a factor. In float the
// largest error of the tail is 5e-7 of it.
template <bool IsFor16Bits> __device__ __forceinline__ NormalTail<float> normal_tail(float a) {
  const float square = a * a;
  if constexpr (IsFor16Bits) {
    const float v = ptx::rcp_approx(a + 3.2f), t = fma(-6.4f, v, 1.0f);
    float p = fma(0.00731433349507f, t, -0.00202407457145f);
    p = fma(p, t, -0.0737235622306f);
    p = fma(p, t, 0.265882085794f);
    p = fma(p, t, -0.533833357774f);
    p = fma(p, t, 0.735888565435f);
    const float bell = ptx::ex2_approx(square * -0.72134752f);
    return {v * p * bell, bell};
  } else {
    const float v = ptx::rcp_approx(a + 4.2f), t = fma(-8.4f, v, 1.0f);
    float p = fma(-0.00022213129011f, t, -0.000244513925596f);
    p = fma(p, t, 0.00212084407477f);
    p = fma(p, t, -0.00148147328484f);
    p = fma(p, t, -0.0167682986987f);
    p = fma(p, t, 0.0801785595749f);
    p = fma(p, t, -0.213817294994f);
    p = fma(p, t, 0.412246590539f);
    p = fma(p, t, -0.621862448019f);
    p = fma(p, t, 0.758751513223f);
    const float rounded = exp(-0.5f * square), bell = fma(rounded, -0.5f * fma(a, a, -square), rounded);
    return {v * p * bell, bell};
  }
}

// x * Phi(x): x less its tail on the right, the tail alone on the left, which keeps its relative precision there.
template <bool IsFor16Bits, class C> __device__ __forceinline__ C gelu(C x) {
  const C a = tail_distance(x);
  return fma(-a, normal_tail<IsFor16Bits>(a).tail, x < C(0) ? C(0) : x);
}

// Phi(x) + x * phi(x) with the density phi.
template <bool IsFor16Bits, class C> __device__ __forceinline__ C gelu_slope(C x) {
  const C a = tail_distance(x), t = x < C(0) ? -a : a;
  const NormalTail<C> normal = normal_tail<IsFor16Bits>(a);
  return fma(t * C(0.39894228040143268), normal.bell, x < C(0) ? normal.tail : C(1) - normal.tail);
}

// Sigmoid for 16-bit elements: e^-x may overflow, whose reciprocal is 0.
template <bool IsFor16Bits, class C> __device__ __forceinline__ C gelu_sigmoid(C x) {
  if constexpr (IsFor16Bits) return ptx::rcp_approx(1.0f + ptx::ex2_approx(x * -1.44269504f));
  else return sigmoid(x);
}

// The approximation of GELU by tanh: Phi(x) is sigmoid of twice its argument.
template <bool IsFor16Bits, class C> __device__ __forceinline__ C gelu_tanh(C x) {
  return above_tail(x) * gelu_sigmoid<IsFor16Bits>(C(2) * gelu_tanh_argument(above_tail(x)));
}

template <bool IsFor16Bits, class C> __device__ __forceinline__ C gelu_tanh_slope(C x) {
  const C t = between_tails(x), s = gelu_sigmoid<IsFor16Bits>(C(2) * gelu_tanh_argument(t));
  const C slope = C(0.79788456080286536) * (C(1) + C(0.134145) * t * t);
  return s * (C(1) + C(2) * t * (C(1) - s) * slope);
}
}  // namespace math
