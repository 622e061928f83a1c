// Integer and bit intrinsics, conversions, and loads and stores with cache hints (which change nothing here).
#pragma once
#include <limits.h>

static inline int __popc(unsigned x) { return __builtin_popcount(x); }
static inline int __popcll(unsigned long long x) { return __builtin_popcountll(x); }
static inline int __clz(int x) { return x == 0 ? 32 : __builtin_clz((unsigned)x); }
static inline int __clzll(long long x) { return x == 0 ? 64 : __builtin_clzll((unsigned long long)x); }
static inline int __ffs(int x) { return __builtin_ffs(x); }
static inline int __ffsll(long long x) { return __builtin_ffsll(x); }
static inline unsigned __brev(unsigned x) {
  unsigned reversed = 0;
  for (int i = 0; i < 32; ++i) reversed |= (x >> i & 1u) << (31 - i);
  return reversed;
}
static inline unsigned long long __brevll(unsigned long long x) { return (unsigned long long)__brev((unsigned)x) << 32 | __brev((unsigned)(x >> 32)); }
static inline unsigned __byte_perm(unsigned x, unsigned y, unsigned selector) {
  const unsigned long long bytes = (unsigned long long)y << 32 | x;
  unsigned result = 0;
  for (int i = 0; i < 4; ++i) {
    const unsigned choice = selector >> (4 * i) & 0xF;
    unsigned byte = (unsigned)(bytes >> (8 * (choice & 7))) & 0xFF;
    if (choice & 8) byte = byte & 0x80 ? 0xFF : 0;  // replicates the sign
    result |= byte << (8 * i);
  }
  return result;
}
static inline unsigned __funnelshift_l(unsigned low, unsigned high, unsigned shift) { return (unsigned)((((unsigned long long)high << 32 | low) << (shift & 31)) >> 32); }
static inline unsigned __funnelshift_r(unsigned low, unsigned high, unsigned shift) { return (unsigned)(((unsigned long long)high << 32 | low) >> (shift & 31)); }
static inline int __mulhi(int a, int b) { return (int)((long long)a * b >> 32); }
static inline unsigned __umulhi(unsigned a, unsigned b) { return (unsigned)((unsigned long long)a * b >> 32); }
static inline unsigned long long __umul64hi(unsigned long long a, unsigned long long b) { return (unsigned long long)((unsigned __int128)a * b >> 64); }
static inline int __mul24(int a, int b) { return (int)((unsigned)(a << 8 >> 8) * (unsigned)(b << 8 >> 8)); }
static inline unsigned __umul24(unsigned a, unsigned b) { return (a & 0xFFFFFFu) * (b & 0xFFFFFFu); }
static inline long long __mul64hi(long long a, long long b) { return (long long)((__int128)a * b >> 64); }
static inline unsigned __usad(unsigned a, unsigned b, unsigned c) { return (a > b ? a - b : b - a) + c; }
static inline unsigned __sad(int a, int b, unsigned c) { return (a > b ? (unsigned)a - (unsigned)b : (unsigned)b - (unsigned)a) + c; }
static inline int __hadd(int a, int b) { return (int)(((long long)a + b) >> 1); }
static inline int __rhadd(int a, int b) { return (int)(((long long)a + b + 1) >> 1); }
static inline unsigned __uhadd(unsigned a, unsigned b) { return (unsigned)(((unsigned long long)a + b) >> 1); }
static inline unsigned __urhadd(unsigned a, unsigned b) { return (unsigned)(((unsigned long long)a + b + 1) >> 1); }
static inline unsigned __funnelshift_lc(unsigned low, unsigned high, unsigned shift) { return (unsigned)((((unsigned long long)high << 32 | low) << (shift < 32 ? shift : 32)) >> 32); }
static inline unsigned __funnelshift_rc(unsigned low, unsigned high, unsigned shift) { return (unsigned)(((unsigned long long)high << 32 | low) >> (shift < 32 ? shift : 32)); }
static inline int __dp4a(int a, int b, int c) {
  for (int i = 0; i < 4; ++i) c += (int)(signed char)(a >> (8 * i)) * (int)(signed char)(b >> (8 * i));
  return c;
}

namespace ckrt {
template <class To, class From> inline To bits(From value) {
  static_assert(sizeof(To) == sizeof(From), "a cast of bits keeps their number");
  To result;
  memcpy(&result, &value, sizeof result);
  return result;
}
// Float to integer as the hardware does: saturating, NaN to 0.
template <class To, class From> inline To saturating(From value, To low, To high) {
  if (value != value) return 0;
  if (value <= (From)low) return low;
  return value >= (From)high ? high : (To)value;
}
}  // namespace ckrt
static inline int __float_as_int(float x) { return ckrt::bits<int>(x); }
static inline unsigned __float_as_uint(float x) { return ckrt::bits<unsigned>(x); }
static inline float __int_as_float(int x) { return ckrt::bits<float>(x); }
static inline float __uint_as_float(unsigned x) { return ckrt::bits<float>(x); }
static inline long long __double_as_longlong(double x) { return ckrt::bits<long long>(x); }
static inline double __longlong_as_double(long long x) { return ckrt::bits<double>(x); }
static inline int __float2int_rn(float x) { return ckrt::saturating<int>(rintf(x), -2147483647 - 1, 2147483647); }
static inline int __float2int_rz(float x) { return ckrt::saturating<int>(truncf(x), -2147483647 - 1, 2147483647); }
static inline int __float2int_rd(float x) { return ckrt::saturating<int>(floorf(x), -2147483647 - 1, 2147483647); }
static inline int __float2int_ru(float x) { return ckrt::saturating<int>(ceilf(x), -2147483647 - 1, 2147483647); }
static inline unsigned __float2uint_rn(float x) { return ckrt::saturating<unsigned>(rintf(x), 0u, 4294967295u); }
static inline unsigned __float2uint_rz(float x) { return ckrt::saturating<unsigned>(truncf(x), 0u, 4294967295u); }
static inline unsigned __float2uint_rd(float x) { return ckrt::saturating<unsigned>(floorf(x), 0u, 4294967295u); }
static inline unsigned __float2uint_ru(float x) { return ckrt::saturating<unsigned>(ceilf(x), 0u, 4294967295u); }
// To 64 bits NaN becomes the number with only the highest bit set.
#define CK_TO_64(from, T)                                                                                                          \
  static inline long long __##from##2ll_rn(T x) { return x != x ? LLONG_MIN : ckrt::saturating<long long>(rint(x), LLONG_MIN, LLONG_MAX); } \
  static inline long long __##from##2ll_rz(T x) { return x != x ? LLONG_MIN : ckrt::saturating<long long>(trunc(x), LLONG_MIN, LLONG_MAX); } \
  static inline unsigned long long __##from##2ull_rn(T x) { return x != x ? 1ull << 63 : ckrt::saturating<unsigned long long>(rint(x), 0ull, ULLONG_MAX); } \
  static inline unsigned long long __##from##2ull_rz(T x) { return x != x ? 1ull << 63 : ckrt::saturating<unsigned long long>(trunc(x), 0ull, ULLONG_MAX); }
CK_TO_64(float, float)
CK_TO_64(double, double)
#undef CK_TO_64
static inline int __double2int_rn(double x) { return x != x ? INT_MIN : ckrt::saturating<int>(rint(x), INT_MIN, INT_MAX); }
static inline int __double2int_rz(double x) { return x != x ? INT_MIN : ckrt::saturating<int>(trunc(x), INT_MIN, INT_MAX); }
static inline double __uint2double_rn(unsigned x) { return (double)x; }
static inline double __ll2double_rn(long long x) { return (double)x; }
static inline double __ull2double_rn(unsigned long long x) { return (double)x; }
static inline float __ull2float_rn(unsigned long long x) { return (float)x; }
static inline int __double2hiint(double x) { return (int)(ckrt::bits<unsigned long long>(x) >> 32); }
static inline int __double2loint(double x) { return (int)ckrt::bits<unsigned long long>(x); }
static inline double __hiloint2double(int high, int low) { return ckrt::bits<double>((unsigned long long)(unsigned)high << 32 | (unsigned)low); }
static inline float __int2float_rn(int x) { return (float)x; }
static inline float __uint2float_rn(unsigned x) { return (float)x; }
static inline float __ll2float_rn(long long x) { return (float)x; }
static inline double __int2double_rn(int x) { return (double)x; }
static inline float __double2float_rn(double x) { return (float)x; }

template <class T> inline T __ldg(const T* p) { return *p; }
template <class T> inline T __ldca(const T* p) { return *p; }
template <class T> inline T __ldcg(const T* p) { return *p; }
template <class T> inline T __ldcs(const T* p) { return *p; }
template <class T> inline T __ldlu(const T* p) { return *p; }
template <class T> inline T __ldcv(const T* p) { return *(const volatile T*)p; }
template <class T> inline void __stwb(T* p, std::type_identity_t<T> value) { *p = value; }
template <class T> inline void __stcg(T* p, std::type_identity_t<T> value) { *p = value; }
template <class T> inline void __stcs(T* p, std::type_identity_t<T> value) { *p = value; }
template <class T> inline void __stwt(T* p, std::type_identity_t<T> value) { *p = value; }

#if __CUDA_ARCH__ >= 900
// griddepcontrol, by the names of CUDA's device runtime.
__forceinline__ void cudaGridDependencySynchronize() { ckrt_grid_dependency_wait(); }
__forceinline__ void cudaTriggerProgrammaticLaunchCompletion() { ckrt_grid_dependency_launch(); }
#endif
