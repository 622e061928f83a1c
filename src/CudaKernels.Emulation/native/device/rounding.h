// Arithmetic with a direction of rounding in its name: __fadd_rd and its kin.
#pragma once
#include <fenv.h>

namespace ckrt {
// Volatile copies keep the operation between the two changes of mode.
template <class F> CK_QUIET inline auto rounded(int mode, F operation) {
  const int before = fegetround();
  fesetround(mode);
  volatile auto result = operation();
  fesetround(before);
  return (decltype(operation()))result;
}
}  // namespace ckrt

#define CK_ROUNDED_2(name, T, expression, suffix, mode)                                                                        \
  static inline T name##_##suffix(T x, T y) { return ckrt::rounded(mode, [&] { volatile T a = x, b = y; return (T)(expression); }); }
#define CK_ROUNDED_1(name, T, expression, suffix, mode)                                                                        \
  static inline T name##_##suffix(T x) { return ckrt::rounded(mode, [&] { volatile T a = x; return (T)(expression); }); }
#define CK_ROUNDED_3(name, T, function, suffix, mode)                                                                          \
  static inline T name##_##suffix(T x, T y, T z) { return ckrt::rounded(mode, [&] { volatile T a = x, b = y, c = z; return function(a, b, c); }); }
#define CK_ROUNDED(macro, name, T, expression) \
  macro(name, T, expression, rd, FE_DOWNWARD) macro(name, T, expression, ru, FE_UPWARD) macro(name, T, expression, rz, FE_TOWARDZERO)
CK_ROUNDED(CK_ROUNDED_2, __fadd, float, a + b)
CK_ROUNDED(CK_ROUNDED_2, __fsub, float, a - b)
CK_ROUNDED(CK_ROUNDED_2, __fmul, float, a * b)
CK_ROUNDED(CK_ROUNDED_2, __fdiv, float, a / b)
CK_ROUNDED(CK_ROUNDED_1, __frcp, float, 1.0f / a)
CK_ROUNDED(CK_ROUNDED_1, __fsqrt, float, sqrtf(a))
CK_ROUNDED(CK_ROUNDED_3, __fmaf, float, fmaf)
CK_ROUNDED(CK_ROUNDED_2, __dadd, double, a + b)
CK_ROUNDED(CK_ROUNDED_2, __dsub, double, a - b)
CK_ROUNDED(CK_ROUNDED_2, __dmul, double, a * b)
CK_ROUNDED(CK_ROUNDED_2, __ddiv, double, a / b)
CK_ROUNDED(CK_ROUNDED_1, __drcp, double, 1.0 / a)
CK_ROUNDED(CK_ROUNDED_1, __dsqrt, double, sqrt(a))
CK_ROUNDED(CK_ROUNDED_3, __fma, double, fma)
#undef CK_ROUNDED
#undef CK_ROUNDED_1
#undef CK_ROUNDED_2
#undef CK_ROUNDED_3
