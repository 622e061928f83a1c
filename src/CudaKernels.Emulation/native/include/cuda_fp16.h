// half precision for users' kernels on the software device: computed in float and rounded to nearest even once per operation.
#pragma once

namespace ckrt {
inline float from_half(unsigned short bits) { return (float)ckrt::bits<_Float16>(bits); }
inline unsigned short to_half(float value) { return value != value ? (unsigned short)0x7fff : ckrt::bits<unsigned short>((_Float16)value); }
}  // namespace ckrt

struct __half_raw { unsigned short x; };
struct __half2_raw { unsigned short x, y; };

struct __half {
  unsigned short bits;
  __half() = default;
  __half(float value) : bits(ckrt::to_half(value)) {}
  __half(double value) : bits(ckrt::to_half((float)value)) {}
  __half(int value) : bits(ckrt::to_half((float)value)) {}
  __half(__half_raw raw) : bits(raw.x) {}
  operator float() const { return ckrt::from_half(bits); }
};
struct alignas(4) __half2 {
  __half x, y;
};

#define CK_OPERATOR(op)                                                                       \
  static inline __half operator op(__half a, __half b) { return __half((float)a op (float)b); }          \
  static inline __half& operator op##=(__half& a, __half b) { return a = a op b; }                   \
  static inline __half2 operator op(__half2 a, __half2 b) { return {a.x op b.x, a.y op b.y}; }
CK_OPERATOR(+)
CK_OPERATOR(-)
CK_OPERATOR(*)
CK_OPERATOR(/)
#undef CK_OPERATOR
static inline __half operator-(__half a) { return __half(-(float)a); }
#define CK_COMPARE(op) static inline bool operator op(__half a, __half b) { return (float)a op (float)b; }
CK_COMPARE(<)
CK_COMPARE(>)
CK_COMPARE(<=)
CK_COMPARE(>=)
CK_COMPARE(==)
CK_COMPARE(!=)
#undef CK_COMPARE

static inline __half __hadd(__half a, __half b) { return a + b; }
static inline __half __hsub(__half a, __half b) { return a - b; }
static inline __half __hmul(__half a, __half b) { return a * b; }
static inline __half __hdiv(__half a, __half b) { return a / b; }
static inline __half __hneg(__half a) { return -a; }
static inline __half __habs(__half a) { return __half(fabsf((float)a)); }
// The product of two 11-bit or 8-bit significands is exact in double, so one rounding remains.
static inline __half __hfma(__half a, __half b, __half c) { return __half((float)((double)(float)a * (double)(float)b + (double)(float)c)); }
static inline __half __hmax(__half a, __half b) { return __half(fmaxf((float)a, (float)b)); }
static inline __half __hmin(__half a, __half b) { return __half(fminf((float)a, (float)b)); }
static inline bool __hlt(__half a, __half b) { return a < b; }
static inline bool __hgt(__half a, __half b) { return a > b; }
static inline bool __heq(__half a, __half b) { return a == b; }
static inline bool __hisnan(__half a) { return (float)a != (float)a; }
static inline __half hexp(__half a) { return __half(expf((float)a)); }
static inline __half hlog(__half a) { return __half(logf((float)a)); }
static inline __half hsqrt(__half a) { return __half(sqrtf((float)a)); }
static inline __half2 __hadd2(__half2 a, __half2 b) { return a + b; }
static inline __half2 __hsub2(__half2 a, __half2 b) { return a - b; }
static inline __half2 __hmul2(__half2 a, __half2 b) { return a * b; }
static inline __half2 __hfma2(__half2 a, __half2 b, __half2 c) { return {__hfma(a.x, b.x, c.x), __hfma(a.y, b.y, c.y)}; }

static inline __half hrsqrt(__half a) { return __half(rsqrtf((float)a)); }
static inline __half htanh(__half a) { return __half(tanhf((float)a)); }
static inline __half hsin(__half a) { return __half(sinf((float)a)); }
static inline __half hcos(__half a) { return __half(cosf((float)a)); }
static inline __half2 __hmax2(__half2 a, __half2 b) { return {__hmax(a.x, b.x), __hmax(a.y, b.y)}; }
static inline __half2 __hmin2(__half2 a, __half2 b) { return {__hmin(a.x, b.x), __hmin(a.y, b.y)}; }
static inline __half2 h2exp(__half2 a) { return {hexp(a.x), hexp(a.y)}; }

typedef __half half;
typedef __half2 half2;
static inline __half __float2half(float value) { return __half(value); }
static inline __half __float2half_rn(float value) { return __half(value); }
static inline float __half2float(__half value) { return (float)value; }
static inline __half2 __floats2half2_rn(float x, float y) { return {__half(x), __half(y)}; }
static inline __half2 __float22half2_rn(float2 v) { return {__half(v.x), __half(v.y)}; }
static inline __half2 __float2half2_rn(float value) { return {__half(value), __half(value)}; }
static inline float2 __half22float2(__half2 v) { return {(float)v.x, (float)v.y}; }
static inline __half2 make_half2(__half x, __half y) { return {x, y}; }
static inline __half2 __halves2half2(__half x, __half y) { return {x, y}; }
static inline __half2 __half2half2(__half x) { return {x, x}; }
static inline __half __low2half(__half2 v) { return v.x; }
static inline __half __high2half(__half2 v) { return v.y; }
static inline float __low2float(__half2 v) { return (float)v.x; }
static inline float __high2float(__half2 v) { return (float)v.y; }
static inline unsigned short __half_as_ushort(__half value) { return value.bits; }
static inline __half __ushort_as_half(unsigned short bits) { __half value; value.bits = bits; return value; }
static inline int __half2int_rn(__half value) { return __float2int_rn((float)value); }
static inline __half __int2half_rn(int value) { return __half((float)value); }
