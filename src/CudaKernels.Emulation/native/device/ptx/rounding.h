// Rounding to narrow floating-point formats, and their values.
#pragma once

namespace ckrt {
// |x| as the number of a format with the given widths, to nearest, ties to even. Beyond the largest number the codes go on as if
// the format had more exponents: the caller saturates, or takes infinity. NaN is the caller's too.
CK_QUIET inline uint32_t magnitude(double x, int exponent_bits, int mantissa_bits) {
  const int least = 2 - (1 << (exponent_bits - 1));  // the exponent of the smallest normal number
  if (x == 0) return 0;
  x = fabs(x);
  if (x > 1e300) return ~0u;
  int exponent;
  frexp(x, &exponent);
  exponent = exponent - 1 < least ? least : exponent - 1;
  const auto steps = (uint32_t)rint(ldexp(x, mantissa_bits - exponent));
  // A normal number has an implicit bit, which here counts as one more exponent.
  return ((uint32_t)(exponent - least) << mantissa_bits) + steps;
}

CK_QUIET inline uint16_t round_16(double x, int exponent_bits, int mantissa_bits) {
  if (x != x) return 0x7fff;
  const uint32_t infinity = ((1u << exponent_bits) - 1) << mantissa_bits, code = magnitude(x, exponent_bits, mantissa_bits);
  return (uint16_t)((code < infinity ? code : infinity) | (uint32_t)(signbit(x) != 0) << 15);
}
CK_QUIET inline f16 round_f16(double x) { return f16{round_16(x, 5, 10)}; }
CK_QUIET inline bf16 round_bf16(double x) { return bf16{round_16(x, 8, 7)}; }

// To the finite numbers of an 8-bit format; every NaN becomes the positive one.
CK_QUIET inline uint8_t round_8(double x, int exponent_bits, int mantissa_bits, uint32_t largest) {
  if (x != x) return 0x7f;
  const uint32_t code = magnitude(x, exponent_bits, mantissa_bits);
  return (uint8_t)((code < largest ? code : largest) | (uint32_t)(signbit(x) != 0) << 7);
}
CK_QUIET inline e4m3 round_e4m3(double x) { return e4m3{round_8(x, 4, 3, 0x7e)}; }
CK_QUIET inline e5m2 round_e5m2(double x) { return e5m2{round_8(x, 5, 2, 0x7b)}; }

// In integers: compilers convert _Float16 by a call that takes longer than a multiplication of two fragments needs for the rest.
CK_QUIET inline float value(f16 x) {
  const uint32_t magnitude = x.bits & 0x7fffu, sign = (uint32_t)(x.bits >> 15) << 31;
  if (magnitude >= 0x7c00u) return __uint_as_float(magnitude << 13 | 0x7f800000u | sign);
  return __uint_as_float(__float_as_uint(__uint_as_float(magnitude << 13) * 0x1p112f) | sign);
}
CK_QUIET inline float value(bf16 x) { return to_f32(x); }
CK_QUIET inline float value(e5m2 x) { return value(f16{(u16)(x.bits << 8)}); }
CK_QUIET inline float value(e4m3 x) {
  const uint32_t exponent = x.bits >> 3 & 15, mantissa = x.bits & 7, sign = (uint32_t)(x.bits >> 7) << 31;
  if (exponent == 15 && mantissa == 7) return __uint_as_float(0x7fc00000u);
  if (exponent == 0) return __uint_as_float(__float_as_uint((float)mantissa * 0x1p-9f) | sign);
  return __uint_as_float((exponent + 120) << 23 | mantissa << 20 | sign);
}
CK_QUIET inline float value(tf32 x) { return __uint_as_float(x.bits & 0xffffe000u); }
}  // namespace ckrt
