// The elementary functions, one name for float and double: NVRTC, the software device and the front-end gate then agree on
// which function a template calls. 16-bit types compute in float (see compute.cuh).
#pragma once
#include "common/numeric.cuh"

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
CK_FLOAT_AND_DOUBLE(tanh, tanhf, ::tanh)
CK_FLOAT_AND_DOUBLE(erf, erff, ::erf)
CK_FLOAT_AND_DOUBLE(abs, fabsf, ::fabs)
#undef CK_FLOAT_AND_DOUBLE
__device__ __forceinline__ float pow(float x, float y) { return powf(x, y); }
__device__ __forceinline__ double pow(double x, double y) { return ::pow(x, y); }
__device__ __forceinline__ float fma(float a, float b, float c) { return fmaf(a, b, c); }
__device__ __forceinline__ double fma(double a, double b, double c) { return ::fma(a, b, c); }

// NaN is the only value that differs from itself.
template <class C> __device__ __forceinline__ bool is_nan(C x) { return x != x; }

// min and max that give NaN when an operand is NaN, as IEEE 754-2019 minimum and maximum do; -0 is below +0.
template <class C> __device__ __forceinline__ C minimum(C a, C b) { return a < b || is_nan(a) ? a : b < a || is_nan(b) ? b : C(a) == C(0) && C(1) / b < C(0) ? b : a; }
template <class C> __device__ __forceinline__ C maximum(C a, C b) { return a > b || is_nan(a) ? a : b > a || is_nan(b) ? b : C(a) == C(0) && C(1) / a < C(0) ? b : a; }
#define CK_INTEGER_MINIMUM_AND_MAXIMUM(T)                                                 \
  __device__ __forceinline__ T minimum(T a, T b) { return b < a ? b : a; } \
  __device__ __forceinline__ T maximum(T a, T b) { return b > a ? b : a; }
CK_INTEGER_MINIMUM_AND_MAXIMUM(i8)
CK_INTEGER_MINIMUM_AND_MAXIMUM(u8)
CK_INTEGER_MINIMUM_AND_MAXIMUM(i32)
CK_INTEGER_MINIMUM_AND_MAXIMUM(i64)
#undef CK_INTEGER_MINIMUM_AND_MAXIMUM
}  // namespace math
