// 8-bit floats for users' kernels on the software device: e4m3 (no infinities, largest 448) and e5m2 (largest 57344).
#pragma once
#include <cuda_bf16.h>
#include <cuda_fp16.h>

typedef unsigned char __nv_fp8_storage_t;
typedef unsigned short __nv_fp8x2_storage_t;
typedef unsigned int __nv_fp8x4_storage_t;
enum __nv_saturation_t { __NV_NOSAT, __NV_SATFINITE };
enum __nv_fp8_interpretation_t { __NV_E4M3, __NV_E5M2 };

namespace ckrt {
inline float from_fp8(unsigned char code, __nv_fp8_interpretation_t kind) {
  const int fraction_bits = kind == __NV_E4M3 ? 3 : 2, bias = kind == __NV_E4M3 ? 7 : 15;
  const int exponent = (code & 0x7f) >> fraction_bits, fraction = code & ((1 << fraction_bits) - 1);
  float value;
  if (kind == __NV_E4M3 ? (code & 0x7f) == 0x7f : exponent == 31 && fraction != 0) value = __int_as_float(0x7fffffff);
  else if (kind == __NV_E5M2 && exponent == 31) value = __int_as_float(0x7f800000);
  else if (exponent == 0) value = ldexpf((float)fraction, 1 - bias - fraction_bits);
  else value = ldexpf((float)(fraction | 1 << fraction_bits), exponent - bias - fraction_bits);
  return code & 0x80 ? -value : value;
}

// Rounded to nearest even. Beyond the largest number: that number, or (not saturating) NaN for e4m3 and infinity for e5m2.
inline unsigned char to_fp8(double value, __nv_saturation_t saturation, __nv_fp8_interpretation_t kind) {
  const int fraction_bits = kind == __NV_E4M3 ? 3 : 2, least = kind == __NV_E4M3 ? -6 : -14;
  const unsigned char largest = kind == __NV_E4M3 ? 0x7e : 0x7b, beyond = kind == __NV_E4M3 ? 0x7f : 0x7c;
  const unsigned char sign = __builtin_signbit(value) ? 0x80 : 0;
  const double size = fabs(value);
  if (value != value) return kind == __NV_E4M3 ? 0x7f : 0x7e;
  int exponent = 0;
  if (size != 0 && !__builtin_isinf(size)) exponent = ilogb(size);
  if (exponent < least) exponent = least;
  const double steps = __builtin_isinf(size) ? 1e9 : rint(ldexp(size, fraction_bits - exponent));
  // A carry out of the fraction goes on into the exponent.
  const double code = steps >= 1 << fraction_bits ? (exponent - least) * (double)(1 << fraction_bits) + steps : steps;
  if (code > largest) return sign | (saturation == __NV_SATFINITE ? largest : beyond);
  return sign | (unsigned char)code;
}
}  // namespace ckrt

static inline __nv_fp8_storage_t __nv_cvt_float_to_fp8(float x, __nv_saturation_t saturation, __nv_fp8_interpretation_t kind) { return ckrt::to_fp8(x, saturation, kind); }
static inline __nv_fp8_storage_t __nv_cvt_double_to_fp8(double x, __nv_saturation_t saturation, __nv_fp8_interpretation_t kind) { return ckrt::to_fp8(x, saturation, kind); }
static inline __nv_fp8x2_storage_t __nv_cvt_float2_to_fp8x2(float2 x, __nv_saturation_t saturation, __nv_fp8_interpretation_t kind) {
  return (unsigned short)(ckrt::to_fp8(x.x, saturation, kind) | ckrt::to_fp8(x.y, saturation, kind) << 8);
}
static inline __half_raw __nv_cvt_fp8_to_halfraw(__nv_fp8_storage_t x, __nv_fp8_interpretation_t kind) { return {ckrt::to_half(ckrt::from_fp8(x, kind))}; }
static inline __half2_raw __nv_cvt_fp8x2_to_halfraw2(__nv_fp8x2_storage_t x, __nv_fp8_interpretation_t kind) {
  return {ckrt::to_half(ckrt::from_fp8((unsigned char)x, kind)), ckrt::to_half(ckrt::from_fp8((unsigned char)(x >> 8), kind))};
}

#define CK_FP8(name, kind)                                                                                              \
  struct __nv_fp8_##name {                                                                                              \
    __nv_fp8_storage_t __x;                                                                                             \
    __nv_fp8_##name() = default;                                                                                        \
    explicit __nv_fp8_##name(float value) : __x(ckrt::to_fp8(value, __NV_SATFINITE, kind)) {}                           \
    explicit __nv_fp8_##name(double value) : __x(ckrt::to_fp8(value, __NV_SATFINITE, kind)) {}                          \
    explicit __nv_fp8_##name(__half value) : __x(ckrt::to_fp8((float)value, __NV_SATFINITE, kind)) {}                   \
    explicit __nv_fp8_##name(__nv_bfloat16 value) : __x(ckrt::to_fp8((float)value, __NV_SATFINITE, kind)) {}            \
    explicit __nv_fp8_##name(int value) : __x(ckrt::to_fp8(value, __NV_SATFINITE, kind)) {}                             \
    explicit operator float() const { return ckrt::from_fp8(__x, kind); }                                               \
    explicit operator double() const { return ckrt::from_fp8(__x, kind); }                                              \
    explicit operator __half() const { return __half(ckrt::from_fp8(__x, kind)); }                                      \
    explicit operator __nv_bfloat16() const { return __nv_bfloat16(ckrt::from_fp8(__x, kind)); }                        \
  };                                                                                                                    \
  struct alignas(2) __nv_fp8x2_##name {                                                                                 \
    __nv_fp8x2_storage_t __x;                                                                                           \
    __nv_fp8x2_##name() = default;                                                                                      \
    explicit __nv_fp8x2_##name(float2 value) : __x(__nv_cvt_float2_to_fp8x2(value, __NV_SATFINITE, kind)) {}            \
    explicit operator float2() const { return {ckrt::from_fp8((unsigned char)__x, kind), ckrt::from_fp8((unsigned char)(__x >> 8), kind)}; } \
  };                                                                                                                    \
  struct alignas(4) __nv_fp8x4_##name {                                                                                 \
    __nv_fp8x4_storage_t __x;                                                                                           \
    __nv_fp8x4_##name() = default;                                                                                      \
    explicit __nv_fp8x4_##name(float4 v)                                                                                \
        : __x(__nv_cvt_float2_to_fp8x2({v.x, v.y}, __NV_SATFINITE, kind) | (unsigned)__nv_cvt_float2_to_fp8x2({v.z, v.w}, __NV_SATFINITE, kind) << 16) {} \
    explicit operator float4() const {                                                                                  \
      return {ckrt::from_fp8((unsigned char)__x, kind), ckrt::from_fp8((unsigned char)(__x >> 8), kind), ckrt::from_fp8((unsigned char)(__x >> 16), kind), \
              ckrt::from_fp8((unsigned char)(__x >> 24), kind)};                                                        \
    }                                                                                                                   \
  };
CK_FP8(e4m3, __NV_E4M3)
CK_FP8(e5m2, __NV_E5M2)
#undef CK_FP8
