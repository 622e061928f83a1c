// The elementary functions, one name for float and double: NVRTC, the software device and the front-end gate then agree on
// which function a template calls. 16-bit types compute in float (see compute.cuh).
#pragma once
#include "common/compute.cuh"

namespace math {
#define CK_FLOAT_AND_DOUBLE(name, float_function, double_function)                 \
  __device__ __forceinline__ float name(float x) { return float_function(x); } \
  __device__ __forceinline__ double name(double x) { return double_function(x); }
CK_FLOAT_AND_DOUBLE(exp, expf, ::exp)
CK_FLOAT_AND_DOUBLE(expm1, expm1f, ::expm1)
CK_FLOAT_AND_DOUBLE(log, logf, ::log)
CK_FLOAT_AND_DOUBLE(log1p, log1pf, ::log1p)
CK_FLOAT_AND_DOUBLE(sqrt, sqrtf, ::sqrt)
CK_FLOAT_AND_DOUBLE(rsqrt, rsqrtf, ::rsqrt)
CK_FLOAT_AND_DOUBLE(sin, sinf, ::sin)
CK_FLOAT_AND_DOUBLE(cos, cosf, ::cos)
CK_FLOAT_AND_DOUBLE(tan, tanf, ::tan)
CK_FLOAT_AND_DOUBLE(tanh, tanhf, ::tanh)
CK_FLOAT_AND_DOUBLE(erf, erff, ::erf)
CK_FLOAT_AND_DOUBLE(erfc, erfcf, ::erfc)
CK_FLOAT_AND_DOUBLE(abs, fabsf, ::fabs)
CK_FLOAT_AND_DOUBLE(rint, rintf, ::rint)
CK_FLOAT_AND_DOUBLE(ceil, ceilf, ::ceil)
CK_FLOAT_AND_DOUBLE(trunc, truncf, ::trunc)
#undef CK_FLOAT_AND_DOUBLE
__device__ __forceinline__ float pow(float x, float y) { return powf(x, y); }
__device__ __forceinline__ double pow(double x, double y) { return ::pow(x, y); }
__device__ __forceinline__ float fma(float a, float b, float c) { return fmaf(a, b, c); }
__device__ __forceinline__ double fma(double a, double b, double c) { return ::fma(a, b, c); }

// The larger of two numbers in one instruction: a number where one operand is NaN, either zero where both are.
__device__ __forceinline__ float larger(float a, float b) { return fmaxf(a, b); }
__device__ __forceinline__ double larger(double a, double b) { return ::fmax(a, b); }

// NaN is the only value that differs from itself.
template <class C> __device__ __forceinline__ bool is_nan(C x) { return x != x; }

// x - x is 0 but for infinities and NaN.
template <class C> __device__ __forceinline__ bool is_finite(C x) { return !is_nan(x - x); }

// Whether the sign bit is set, that of -0 too.
__device__ __forceinline__ bool is_negative(float x) { return __float_as_uint(x) >> 31 != 0; }
__device__ __forceinline__ bool is_negative(double x) { return __double_as_longlong(x) < 0; }

// min and max that give NaN when an operand is NaN, as IEEE 754-2019 minimum and maximum do; -0 is below +0.
template <class C> __device__ __forceinline__ C minimum(C a, C b) { return a < b || is_nan(a) ? a : b < a || is_nan(b) ? b : C(a) == C(0) && is_negative(b) ? b : a; }
template <class C> __device__ __forceinline__ C maximum(C a, C b) { return a > b || is_nan(a) ? a : b > a || is_nan(b) ? b : C(a) == C(0) && is_negative(a) ? b : a; }
#define CK_INTEGER_MINIMUM_AND_MAXIMUM(T)                                                 \
  __device__ __forceinline__ T minimum(T a, T b) { return b < a ? b : a; } \
  __device__ __forceinline__ T maximum(T a, T b) { return b > a ? b : a; }
CK_INTEGER_MINIMUM_AND_MAXIMUM(i8)
CK_INTEGER_MINIMUM_AND_MAXIMUM(u8)
CK_INTEGER_MINIMUM_AND_MAXIMUM(i32)
CK_INTEGER_MINIMUM_AND_MAXIMUM(i64)
#undef CK_INTEGER_MINIMUM_AND_MAXIMUM

// |x| of integers: the lowest one wraps around to itself.
__device__ __forceinline__ i8 abs(i8 x) { return x < 0 ? (i8)-x : x; }
__device__ __forceinline__ u8 abs(u8 x) { return x; }
__device__ __forceinline__ i32 abs(i32 x) { return x < 0 ? (i32)-wrap(x) : x; }
__device__ __forceinline__ i64 abs(i64 x) { return x < 0 ? (i64)-wrap(x) : x; }

// a / b; an integer / 0 is 0, and the lowest one / -1 wraps around to itself.
template <class C> __device__ __forceinline__ C quotient(C a, C b) {
  if constexpr (C(1) / C(2) == C(0)) {
    if (b == C(0)) return C(0);
    if (C(-1) < C(0) && b == C(-1)) return (C)(-wrap(a));
  }
  return (C)(a / b);
}

// a % b with the sign of a; an integer % 0 is itself, and the lowest one % -1 is 0.
template <class C> __device__ __forceinline__ C remainder(C a, C b) { return b == C(0) ? a : C(-1) < C(0) && b == C(-1) ? C(0) : (C)(a % b); }
__device__ __forceinline__ float remainder(float a, float b) { return fmodf(a, b); }
__device__ __forceinline__ double remainder(double a, double b) { return ::fmod(a, b); }

// 1 / (1 + e^-x), of whose two equal forms the one is taken that does not overflow.
template <class C> __device__ __forceinline__ C sigmoid(C x) {
  const C e = exp(-abs(x));
  return (x < C(0) ? e : C(1)) / (C(1) + e);
}

// Where sigmoid and the normal distribution have reached 0 (and 1) in double, x may as well be a finite number: the products of
// the activations are then free of 0 * inf. NaN stays NaN.
template <class C> __device__ __forceinline__ C above_tail(C x) { return x < C(-800) ? C(-800) : x; }
template <class C> __device__ __forceinline__ C between_tails(C x) { return x < C(-800) ? C(-800) : x > C(800) ? C(800) : x; }

template <class C> __device__ __forceinline__ C silu(C x) { return above_tail(x) * sigmoid(x); }

// The argument of tanh in the approximate GELU.
template <class C> __device__ __forceinline__ C gelu_tanh_argument(C x) { return C(0.79788456080286536) * x * (C(1) + C(0.044715) * x * x); }
}  // namespace math
