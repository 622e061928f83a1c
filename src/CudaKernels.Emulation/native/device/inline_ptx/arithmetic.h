// Arithmetic of inline PTX. Integers wrap around; approximations are computed exactly, with the instruction's special values.
#pragma once

namespace ckrt::ptx_asm {
CK_QUIET inline float number(f16 x) { return (float)ckrt::bits<_Float16>(x); }
CK_QUIET inline float number(bf16 x) { return ckrt::bits<float>((uint32_t)x.bits << 16); }
inline float number(float x) { return x; }
inline double number(double x) { return x; }

// A float whose last bit is set where bits were lost: rounded again, to far fewer, it gives what the double would.
CK_QUIET inline float to_odd(double x) {
  const float near = (float)x;
  if (!(fabs(x) <= 3.4028234663852886e38) || (double)near == x || (ckrt::bits<uint32_t>(near) & 1) != 0) return near;
  return ckrt::bits<float>(ckrt::bits<uint32_t>(near) + (fabs(x) > fabs((double)near) ? 1 : -1));
}
// A double that stands for itself and a little more, of the sign of `rest`: its last bit is set where there is more.
CK_QUIET inline double odd_double(double near, double rest) {
  if (rest == 0 || !(fabs(near) <= 1.7976931348623157e308) || (ckrt::bits<uint64_t>(near) & 1) != 0) return near;
  return ckrt::bits<double>(ckrt::bits<uint64_t>(near) + ((rest > 0) == (near > 0) ? 1 : -1));
}
template <class T> T round_to(double x);
template <> CK_QUIET inline float round_to<float>(double x) { return (float)x; }
template <> CK_QUIET inline double round_to<double>(double x) { return x; }
template <> CK_QUIET inline f16 round_to<f16>(double x) { return x != x ? f16{0x7fff} : ckrt::bits<f16>((_Float16)to_odd(x)); }
template <> CK_QUIET inline bf16 round_to<bf16>(double x) {
  if (x != x) return bf16{0x7fff};
  const uint32_t bits = ckrt::bits<uint32_t>(to_odd(x));
  return bf16{(uint16_t)((bits + 0x7fffu + (bits >> 16 & 1)) >> 16)};
}

template <class T> struct IsPair { static constexpr bool value = false; };
template <class T> struct IsPair<Pair<T>> { static constexpr bool value = true; };

// One function over integers modulo their size, numbers, and both halves of a pair.
#define CK_PTX_TWO(name, integers, doubles)                                                              \
  template <class T, class A, class B> CK_QUIET inline T name(A first, B second) {                       \
    const T x = as<T>(first), y = as<T>(second);                                                         \
    if constexpr (std::is_integral_v<T>) {                                                               \
      using U = std::common_type_t<std::make_unsigned_t<T>, unsigned>;                                   \
      [[maybe_unused]] const U a = (U)x, b = (U)y;                                                       \
      return (T)(integers);                                                                              \
    } else if constexpr (IsPair<T>::value) {                                                             \
      return T{name<decltype(x.x)>(x.x, y.x), name<decltype(x.y)>(x.y, y.y)};                            \
    } else {                                                                                             \
      const auto a = number(x), b = number(y);                                                           \
      if constexpr (sizeof(T) == 2) {                                                                    \
        const double a = number(x), b = number(y);                                                       \
        return round_to<T>(doubles);                                                                     \
      } else {                                                                                           \
        return doubles;                                                                                  \
      }                                                                                                  \
    }                                                                                                    \
  }
// .sat: between 0 and 1, what is no number becomes 0. .ftz: subnormal numbers are zeros of their sign.
template <class T> CK_QUIET inline T saturated(T x) { return x > 0 ? x < 1 ? x : (T)1 : (T)0; }
CK_QUIET inline float flushed(float x) { return fabs(x) < 1.17549435e-38f ? copysignf(0.0f, x) : x; }
// min.NaN and max.NaN: what is no number stays none.
template <class T, class A, class B> CK_QUIET inline T or_nan(A a, B b, T result) {
  const T x = as<T>(a), y = as<T>(b);
  return x != x || y != y ? ckrt::bits<T>(0x7fffffffu) : result;
}
template <class T> CK_QUIET inline T less_of(T a, T b) { return a != a ? b : b != b ? a : a < b || (a == b && signbit(a)) ? a : b; }
template <class T> CK_QUIET inline T greater_of(T a, T b) { return a != a ? b : b != b ? a : a > b || (a == b && !signbit(a)) ? a : b; }
CK_PTX_TWO(add, a + b, a + b)
CK_PTX_TWO(sub, a - b, a - b)
CK_PTX_TWO(mul, a * b, a * b)
CK_PTX_TWO(min, x < y ? x : y, less_of(a, b))
CK_PTX_TWO(max, x > y ? x : y, greater_of(a, b))
#undef CK_PTX_TWO

template <class T> using Wide = std::conditional_t<sizeof(T) == 4, std::conditional_t<std::is_signed_v<T>, int64_t, uint64_t>,
                                                   std::conditional_t<sizeof(T) == 2, std::conditional_t<std::is_signed_v<T>, int32_t, uint32_t>,
                                                                      std::conditional_t<std::is_signed_v<T>, __int128, unsigned __int128>>>;
template <class T, class A, class B> CK_QUIET inline Wide<T> mul_wide(A a, B b) { return (Wide<T>)as<T>(a) * (Wide<T>)as<T>(b); }
template <class T, class A, class B> CK_QUIET inline T mul_hi(A a, B b) { return (T)(mul_wide<T>(a, b) >> (8 * sizeof(T))); }
template <class T, class A, class B, class C> CK_QUIET inline T mad(A a, B b, C c) { return add<T>(mul<T>(a, b), c); }
template <class T, class A, class B, class C> CK_QUIET inline T mad_hi(A a, B b, C c) { return add<T>(mul_hi<T>(a, b), c); }
template <class T, class A, class B, class C> CK_QUIET inline Wide<T> mad_wide(A a, B b, C c) { return add<Wide<T>>(mul_wide<T>(a, b), c); }
template <class T, class A, class B, class C> CK_QUIET inline T fma(A first, B second, C third) {
  const T x = as<T>(first), y = as<T>(second), z = as<T>(third);
  if constexpr (IsPair<T>::value) return T{fma<decltype(x.x)>(x.x, y.x, z.x), fma<decltype(x.y)>(x.y, y.y, z.y)};
  else if constexpr (sizeof(T) == 2) {
    // The product is exact; what the sum loses, it keeps as its last bit.
    const double product = (double)number(x) * number(y), more = number(z), sum = product + more, part = sum - product;
    return round_to<T>(odd_double(sum, (product - (sum - part)) + (more - part)));
  } else return ::std::fma(x, y, z);
}
// Sums and differences that take the thread's carry, and that leave one.
template <class T, class A, class B> CK_QUIET inline T add_carry(A a, B b, bool takes, bool leaves) {
  bool& carry = ckrt::self()->carry;
  const unsigned __int128 sum = (unsigned __int128)as<std::make_unsigned_t<T>>(a) + as<std::make_unsigned_t<T>>(b) + (takes && carry);
  if (leaves) carry = (sum >> (8 * sizeof(T))) != 0;
  return (T)sum;
}
template <class T, class A, class B> CK_QUIET inline T sub_carry(A a, B b, bool takes, bool leaves) {
  bool& carry = ckrt::self()->carry;
  const unsigned __int128 difference = (unsigned __int128)as<std::make_unsigned_t<T>>(a) - as<std::make_unsigned_t<T>>(b) - (takes && carry);
  if (leaves) carry = (difference >> (8 * sizeof(T))) != 0;
  return (T)difference;
}
template <class T, class A, class B> CK_QUIET inline T div(A first, B second, CK_LINE) {
  const T a = as<T>(first), b = as<T>(second);
  if constexpr (std::is_integral_v<T>) {
    if (b == 0) ckrt_fail(CKRT_UNDEFINED, line, "division by zero");
    if constexpr (std::is_signed_v<T>) return b == -1 ? sub<T>((T)0, a) : (T)(a / b);
  }
  return a / b;
}
template <class T, class A, class B> CK_QUIET inline T rem(A first, B second, CK_LINE) {
  const T a = as<T>(first), b = as<T>(second);
  if (b == 0) ckrt_fail(CKRT_UNDEFINED, line, "division by zero");
  if constexpr (std::is_signed_v<T>) return b == -1 ? (T)0 : (T)(a % b);
  else return a % b;
}
template <class T, class A> CK_QUIET inline T neg(A value) {
  const T x = as<T>(value);
  if constexpr (std::is_integral_v<T>) return sub<T>((T)0, x);
  else if constexpr (IsPair<T>::value) return T{neg<decltype(x.x)>(x.x), neg<decltype(x.y)>(x.y)};
  else if constexpr (sizeof(T) == 2) return T{(uint16_t)(x.bits ^ 0x8000u)};
  else return -x;
}
template <class T, class A> CK_QUIET inline T abs(A value) {
  const T x = as<T>(value);
  if constexpr (std::is_integral_v<T>) return x < 0 ? neg<T>(x) : x;
  else if constexpr (IsPair<T>::value) return T{abs<decltype(x.x)>(x.x), abs<decltype(x.y)>(x.y)};
  else if constexpr (sizeof(T) == 2) return T{(uint16_t)(x.bits & 0x7fffu)};
  else return fabs(x);
}

#define CK_PTX_BITS(name, expression) \
  template <class T, class A, class B> CK_QUIET inline T name(A first, B second) { \
    const T a = as<T>(first), b = as<T>(second);                                  \
    return (T)(expression);                                                       \
  }
CK_PTX_BITS(bit_and, a & b)
CK_PTX_BITS(bit_or, a | b)
CK_PTX_BITS(bit_xor, a ^ b)
#undef CK_PTX_BITS
template <class T, class A> CK_QUIET inline T bit_not(A a) {
  if constexpr (std::is_same_v<T, bool>) return !as<T>(a);
  else return (T)~as<T>(a);
}
template <class T, class A> CK_QUIET inline T cnot(A a) { return as<T>(a) == 0; }
// Shifts by the width and more give zeros, or copies of the sign.
template <class T, class A, class B> CK_QUIET inline T shl(A a, B count) { return as<uint32_t>(count) >= 8 * sizeof(T) ? (T)0 : (T)(as<std::make_unsigned_t<T>>(a) << as<uint32_t>(count)); }
template <class T, class A, class B> CK_QUIET inline T shr(A a, B count) {
  const uint32_t n = as<uint32_t>(count), last = 8 * sizeof(T) - 1;
  return n > last ? (T)(as<T>(a) < 0 ? -1 : 0) : (T)(as<T>(a) >> n);
}
template <class T, class A> CK_QUIET inline uint32_t popc(A a) { return (uint32_t)__builtin_popcountll((std::make_unsigned_t<T>)as<T>(a)); }
template <class T, class A> CK_QUIET inline uint32_t clz(A value) {
  const auto a = (std::make_unsigned_t<T>)as<T>(value);
  return a == 0 ? 8 * sizeof(T) : (uint32_t)__builtin_clzll(a) - (64 - 8 * sizeof(T));
}
template <class T, class A> CK_QUIET inline uint32_t bfind(A value) {
  T a = as<T>(value);
  if (a < 0) a = (T)~a;
  return 8 * sizeof(T) - 1 - clz<T>(a);
}
template <class T, class A> CK_QUIET inline T brev(A value) {
  T result = 0;
  for (unsigned i = 0; i < 8 * sizeof(T); ++i) result = (T)(result << 1 | (as<T>(value) >> i & 1));
  return result;
}
template <class T, class A, class B, class C> CK_QUIET inline T bfe(A value, B start, C length) {
  using U = std::make_unsigned_t<T>;
  const uint32_t width = 8 * sizeof(T), first = as<uint32_t>(start) & 255, count = as<uint32_t>(length) & 255;
  const U a = (U)as<T>(value);
  if (count == 0) return 0;
  const uint32_t last = first + count - 1 < width ? first + count - 1 : width - 1;
  const bool sign = std::is_signed_v<T> && (a >> last & 1);
  U result = 0;
  for (uint32_t i = 0; i < width; ++i) result |= (U)((i < count && first + i < width ? a >> (first + i) & 1 : (U)sign)) << i;
  return (T)result;
}
template <class T, class A, class B, class C, class D> CK_QUIET inline T bfi(A from, B into, C start, D length) {
  const uint32_t first = as<uint32_t>(start) & 255, count = as<uint32_t>(length) & 255;
  T result = as<T>(into);
  for (uint32_t i = 0; i < count && first + i < 8 * sizeof(T); ++i) {
    result = (T)((result & ~((T)1 << (first + i))) | (as<T>(from) >> i & 1) << (first + i));
  }
  return result;
}
template <class A, class B, class C> CK_QUIET inline uint32_t prmt(A a, B b, C selector) { return __byte_perm(as<uint32_t>(a), as<uint32_t>(b), as<uint32_t>(selector)); }
template <class A, class B, class C, class D> CK_QUIET inline uint32_t lop3(A first, B second, C third, D table) {
  const uint32_t a = as<uint32_t>(first), b = as<uint32_t>(second), c = as<uint32_t>(third);
  uint32_t d = 0;
  for (uint32_t entry = 0; entry < 8; ++entry) {
    if ((uint32_t)table >> entry & 1) d |= (entry & 4 ? a : ~a) & (entry & 2 ? b : ~b) & (entry & 1 ? c : ~c);
  }
  return d;
}
template <class A, class B, class C> CK_QUIET inline uint32_t shf(A low, B high, C count, bool left, bool wraps) {
  const uint32_t n = wraps ? as<uint32_t>(count) & 31 : as<uint32_t>(count) < 32 ? as<uint32_t>(count) : 32;
  const uint64_t both = (uint64_t)as<uint32_t>(high) << 32 | as<uint32_t>(low);
  return left ? (uint32_t)(both << n >> 32) : (uint32_t)(both >> n);
}
template <class T, class A, class B, class C> CK_QUIET inline T sad(A a, B b, C c) {
  using U = std::common_type_t<std::make_unsigned_t<T>, unsigned>;
  const T x = as<T>(a), y = as<T>(b);
  return (T)((x > y ? (U)x - (U)y : (U)y - (U)x) + (U)as<T>(c));
}
template <class T, class U, class A, class B, class C> CK_QUIET inline uint32_t dp4a(A a, B b, C c) {
  uint32_t sum = as<uint32_t>(c);
  for (int i = 0; i < 32; i += 8) sum += (uint32_t)((int32_t)(T)(as<uint32_t>(a) >> i) * (int32_t)(U)(as<uint32_t>(b) >> i));
  return sum;
}

// Of floats and of both halves of a pair.
#define CK_PTX_ONE(name, expression)                                                         \
  template <class T, class A> CK_QUIET inline T name(A value) {                              \
    const T x = as<T>(value);                                                                \
    if constexpr (IsPair<T>::value) {                                                        \
      return T{name<decltype(x.x)>(x.x), name<decltype(x.y)>(x.y)};                          \
    } else {                                                                                 \
      const double a = number(x);                                                            \
      return round_to<T>(expression);                                                        \
    }                                                                                        \
  }
CK_PTX_ONE(ex2, exp2(a))
CK_PTX_ONE(lg2, log2(a))
CK_PTX_ONE(rcp, 1 / a)
CK_PTX_ONE(sqrt, ::sqrt(a))
CK_PTX_ONE(rsqrt, 1 / ::sqrt(a))
CK_PTX_ONE(sin, ::sin(a))
CK_PTX_ONE(cos, ::cos(a))
CK_PTX_ONE(tanh, ::tanh(a))
#undef CK_PTX_ONE

// setp: the relations of ordered numbers, and those that hold for NaN too.
template <class T> CK_QUIET inline bool is_nan(T x) { return x != x; }
#define CK_PTX_COMPARE(name, expression)                                     \
  template <class T, class A, class B> CK_QUIET inline bool compare_##name(A first, B second) { \
    if constexpr (std::is_integral_v<T>) {                                   \
      const T a = as<T>(first), b = as<T>(second);                           \
      return expression;                                                     \
    } else {                                                                 \
      const auto a = number(as<T>(first)), b = number(as<T>(second));        \
      return expression;                                                     \
    }                                                                        \
  }
CK_PTX_COMPARE(eq, a == b)
CK_PTX_COMPARE(ne, a != b && !is_nan(a) && !is_nan(b))
CK_PTX_COMPARE(lt, a < b)
CK_PTX_COMPARE(le, a <= b)
CK_PTX_COMPARE(gt, a > b)
CK_PTX_COMPARE(ge, a >= b)
CK_PTX_COMPARE(equ, a == b || is_nan(a) || is_nan(b))
CK_PTX_COMPARE(neu, a != b)
CK_PTX_COMPARE(ltu, !(a >= b))
CK_PTX_COMPARE(leu, !(a > b))
CK_PTX_COMPARE(gtu, !(a <= b))
CK_PTX_COMPARE(geu, !(a < b))
CK_PTX_COMPARE(num, !is_nan(a) && !is_nan(b))
CK_PTX_COMPARE(nan, is_nan(a) || is_nan(b))
#undef CK_PTX_COMPARE
template <class T, class A, class B, class P> CK_QUIET inline T selp(A a, B b, P which) { return as<bool>(which) ? as<T>(a) : as<T>(b); }

// Conversions. Between floats they round to nearest, except where another rounding is named.
enum Rounding { kNearest, kToZero, kDown, kUp, kAway };
CK_QUIET inline double integral(double x, Rounding how) { return how == kNearest ? rint(x) : how == kDown ? floor(x) : how == kUp ? ceil(x) : trunc(x); }
// A float of the type near a number that may have more bits. Where nearest is on the wrong side of it: one step back.
template <class To> CK_QUIET inline To round_by(double wide, Rounding how) {
  using Bits = std::conditional_t<sizeof(To) == 2, uint16_t, uint32_t>;
  const To near = round_to<To>(wide);
  const double got = number(near);
  const bool back = (how == kToZero && fabs(got) > fabs(wide)) || (how == kDown && got > wide) || (how == kUp && got < wide);
  return back ? ckrt::bits<To>((Bits)(ckrt::bits<Bits>(near) + ((got > wide) == (wide > 0) ? -1 : 1))) : near;
}
template <class To, class From, class A> CK_QUIET inline To convert(A value, Rounding how, bool saturates) {
  const From x = as<From>(value);
  if constexpr (std::is_integral_v<To> && std::is_integral_v<From>) {
    if (saturates) {
      const __int128 low = std::is_signed_v<To> ? -((__int128)1 << (8 * sizeof(To) - 1)) : 0, high = low + (((__int128)1 << (8 * sizeof(To))) - 1);
      return (To)((__int128)x < low ? low : (__int128)x > high ? high : (__int128)x);
    }
    return (To)x;
  } else if constexpr (std::is_integral_v<To>) {
    const double whole = integral(number(x), how);
    const double low = std::is_signed_v<To> ? -ldexp(1.0, 8 * sizeof(To) - 1) : 0, high = ldexp(1.0, 8 * sizeof(To) - (std::is_signed_v<To> ? 1 : 0));
    if (whole != whole) return sizeof(To) == 8 || sizeof(From) == 8 ? (To)((To)1 << (8 * sizeof(To) - 1)) : (To)0;
    return whole <= low ? (To)low : whole >= high ? (To)~((To)low) : (To)whole;
  } else if constexpr (std::is_integral_v<From>) {
    if (saturates) return round_to<To>(x > 0 ? 1 : 0);
    const double near = (double)x;
    const __int128 rest = (__int128)x - (__int128)near;
    if constexpr (sizeof(To) != 8) {
      return round_by<To>(odd_double(near, (double)rest), how);
    } else {
      const bool grown = near > 0 ? rest < 0 : rest > 0;
      const bool back = (how == kToZero && grown) || (how == kDown && rest < 0) || (how == kUp && rest > 0);
      return back ? ckrt::bits<double>(ckrt::bits<uint64_t>(near) + (grown ? -1 : 1)) : near;
    }
  } else {
    double wide = number(x);
    if (saturates) wide = wide > 0 ? wide < 1 ? wide : 1 : 0;
    if constexpr (std::is_same_v<To, tf32>) {
      const uint32_t bits = ckrt::bits<uint32_t>((float)wide);
      if (wide != wide) return tf32{0x7fffffffu};
      return tf32{how == kAway ? (bits + 0x1000u) & 0xffffe000u : how == kToZero ? bits & 0xffffe000u : (bits + 0xfffu + (bits >> 13 & 1)) & 0xffffe000u};
    } else {
      if constexpr (sizeof(To) == 8) return wide;
      else return round_by<To>(wide, how);
    }
  }
}
// Two numbers into a pair; the second operand is the lower half.
template <class T, class A, class B> CK_QUIET inline Pair<T> convert_pair(A high, B low, Rounding how, bool relu) {
  float x = as<float>(low), y = as<float>(high);
  if (relu) x = x < 0 ? 0 : x, y = y < 0 ? 0 : y;
  return {convert<T, float>(x, how, false), convert<T, float>(y, how, false)};
}
}  // namespace ckrt::ptx_asm
