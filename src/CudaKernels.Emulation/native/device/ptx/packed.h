// The emulated twin of common/ptx/packed.cuh: computed in double, where sums and products of 16-bit numbers are exact, and rounded
// once.
#pragma once
#include "device/ptx/rounding.h"

namespace ckrt {
// a + b with its last bit set where bits were lost: rounded once more, to far fewer bits, it gives what the exact sum would. The
// product of two bf16 and a far smaller c need this; their sum may have more than 53 bits.
CK_QUIET inline double sum_to_odd(double a, double b) {
  const double sum = a + b;
  if (!(fabs(sum) <= 1.7976931348623157e308)) return sum;
  const double high = sum - a, lost = (a - (sum - high)) + (b - high);
  if (lost == 0 || (bits<uint64_t>(sum) & 1) != 0) return sum;
  // The even neighbour was taken; the odd one on the other side of the exact sum is meant.
  return bits<double>(bits<uint64_t>(sum) + ((lost > 0) == (sum > 0) ? 1 : -1));
}

CK_QUIET inline f16 rounded(double x, f16) { return round_f16(x); }
CK_QUIET inline bf16 rounded(double x, bf16) { return round_bf16(x); }

template <class T> CK_QUIET inline T add(T a, T b) { return rounded((double)value(a) + value(b), T{}); }
template <class T> CK_QUIET inline T mul(T a, T b) { return rounded((double)value(a) * value(b), T{}); }
template <class T> CK_QUIET inline T fma(T a, T b, T c) { return rounded(sum_to_odd((double)value(a) * value(b), value(c)), T{}); }
template <class T> CK_QUIET inline T neg(T a) { return T{(u16)(a.bits ^ 0x8000u)}; }
// The greater of two numbers, or the lesser: a NaN loses against any number, and -0 lies below +0.
template <class T> CK_QUIET inline T extreme(T a, T b, bool greater) {
  const float x = value(a), y = value(b);
  if (x != x && y != y) return T{0x7fff};
  if (x != x) return b;
  if (y != y) return a;
  if (x == y) return signbit(x) == (int)greater ? b : a;
  return (x > y) == greater ? a : b;
}
}  // namespace ckrt

namespace ptx {
#define CK_PACKED(P)                                                                                                                     \
  __forceinline__ P add(P a, P b) { return P{ckrt::add(a.x, b.x), ckrt::add(a.y, b.y)}; }                                                \
  __forceinline__ P mul(P a, P b) { return P{ckrt::mul(a.x, b.x), ckrt::mul(a.y, b.y)}; }                                                \
  __forceinline__ P fma(P a, P b, P c) { return P{ckrt::fma(a.x, b.x, c.x), ckrt::fma(a.y, b.y, c.y)}; }                                  \
  __forceinline__ P neg(P a) { return P{ckrt::neg(a.x), ckrt::neg(a.y)}; }
#define CK_PACKED_EXTREMES(P)                                                                                                            \
  __forceinline__ P max(P a, P b) { return P{ckrt::extreme(a.x, b.x, true), ckrt::extreme(a.y, b.y, true)}; }                            \
  __forceinline__ P min(P a, P b) { return P{ckrt::extreme(a.x, b.x, false), ckrt::extreme(a.y, b.y, false)}; }
CK_PACKED(f16x2)
#if __CUDA_ARCH__ >= 800
CK_PACKED_EXTREMES(f16x2)
CK_PACKED(bf16x2)
CK_PACKED_EXTREMES(bf16x2)
#endif
#undef CK_PACKED
#undef CK_PACKED_EXTREMES
}  // namespace ptx
