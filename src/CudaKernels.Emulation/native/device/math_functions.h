// CUDA's mathematical functions beyond the C library's. The approximate forms (__expf and others) are computed exactly here: only
// a GPU shows their error.
#pragma once

static inline float rsqrtf(float x) { return (float)(1.0 / sqrt((double)x)); }
static inline double rsqrt(double x) { return 1.0 / sqrt(x); }
static inline float rcbrtf(float x) { return 1.0f / cbrtf(x); }
static inline double rcbrt(double x) { return 1.0 / cbrt(x); }
static inline float sinpif(float x) { return (float)sin((double)x * 3.14159265358979323846); }
static inline float cospif(float x) { return (float)cos((double)x * 3.14159265358979323846); }
static inline double sinpi(double x) { return sin(x * 3.14159265358979323846); }
static inline double cospi(double x) { return cos(x * 3.14159265358979323846); }
static inline float normcdff(float x) { return 0.5f * erfcf(-x * 0.70710678118654752f); }
static inline double normcdf(double x) { return 0.5 * erfc(-x * 0.70710678118654752440); }
static inline float norm3df(float x, float y, float z) { return (float)sqrt((double)x * x + (double)y * y + (double)z * z); }
static inline float rnorm3df(float x, float y, float z) { return (float)(1.0 / sqrt((double)x * x + (double)y * y + (double)z * z)); }
static inline float rhypotf(float x, float y) { return (float)(1.0 / sqrt((double)x * x + (double)y * y)); }
static inline void sincospif(float x, float* s, float* c) { *s = sinpif(x), *c = cospif(x); }
static inline float saturate(float x) { return x < 0 || x != x ? 0.0f : x > 1 ? 1.0f : x; }
static inline float __saturatef(float x) { return saturate(x); }

// Macros, because the C library declares functions of these names for itself.
#define __expf(x) expf(x)
#define __exp10f(x) powf(10.0f, x)
#define __logf(x) logf(x)
#define __log2f(x) log2f(x)
#define __log10f(x) log10f(x)
#define __powf(x, y) powf(x, y)
#define __sinf(x) sinf(x)
#define __cosf(x) cosf(x)
#define __tanf(x) tanf(x)
#define __sincosf(x, s, c) sincosf(x, s, c)
static inline float fdividef(float a, float b) { return a / b; }
static inline float __fdividef(float a, float b) { return a / b; }
static inline float __frcp_rn(float x) { return 1.0f / x; }
static inline float __fsqrt_rn(float x) { return sqrtf(x); }
static inline float __frsqrt_rn(float x) { return rsqrtf(x); }
static inline float __fadd_rn(float a, float b) { return a + b; }
static inline float __fsub_rn(float a, float b) { return a - b; }
static inline float __fmul_rn(float a, float b) { return a * b; }
static inline float __fdiv_rn(float a, float b) { return a / b; }
static inline float __fmaf_rn(float a, float b, float c) { return fmaf(a, b, c); }
static inline double __dadd_rn(double a, double b) { return a + b; }
static inline double __dmul_rn(double a, double b) { return a * b; }
static inline double __dsub_rn(double a, double b) { return a - b; }
static inline double __ddiv_rn(double a, double b) { return a / b; }
static inline double __drcp_rn(double x) { return 1.0 / x; }
static inline double __dsqrt_rn(double x) { return sqrt(x); }
static inline double __fma_rn(double a, double b, double c) { return fma(a, b, c); }

// The usual conversions apply to mixed arguments, as in CUDA's overloads: min(int, unsigned) compares as unsigned.
template <class A, class B> requires std::is_arithmetic_v<A> && std::is_arithmetic_v<B>
constexpr decltype(A{} + B{}) min(A a, B b) {
  using T = decltype(A{} + B{});
  if constexpr (std::is_same_v<T, float>) return fminf((T)a, (T)b);
  else if constexpr (std::is_floating_point_v<T>) return fmin((T)a, (T)b);
  else return (T)b < (T)a ? (T)b : (T)a;
}
template <class A, class B> requires std::is_arithmetic_v<A> && std::is_arithmetic_v<B>
constexpr decltype(A{} + B{}) max(A a, B b) {
  using T = decltype(A{} + B{});
  if constexpr (std::is_same_v<T, float>) return fmaxf((T)a, (T)b);
  else if constexpr (std::is_floating_point_v<T>) return fmax((T)a, (T)b);
  else return (T)a < (T)b ? (T)b : (T)a;
}

static inline int mulhi(int a, int b) { return (int)((long long)a * b >> 32); }
static inline unsigned umin(unsigned a, unsigned b) { return b < a ? b : a; }
static inline unsigned umax(unsigned a, unsigned b) { return a < b ? b : a; }
static inline long long llmin(long long a, long long b) { return b < a ? b : a; }
static inline long long llmax(long long a, long long b) { return a < b ? b : a; }
static inline unsigned long long ullmin(unsigned long long a, unsigned long long b) { return b < a ? b : a; }
static inline unsigned long long ullmax(unsigned long long a, unsigned long long b) { return a < b ? b : a; }
