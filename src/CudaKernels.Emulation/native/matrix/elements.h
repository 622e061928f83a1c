// The elements of tensor-core operands as numbers. Every one of them is exact in double.
#pragma once
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "matrix/wgmma_abi.h"

namespace ckrt {
inline float float_of(uint32_t bits) {
  float value;
  memcpy(&value, &bits, 4);
  return value;
}
inline uint32_t bits_of(float value) {
  uint32_t bits;
  memcpy(&bits, &value, 4);
  return bits;
}

// Sign, exponent and mantissa to float; both formats of 8 bits are narrower in each. `finite` formats have no infinities: only the
// highest code is NaN.
inline float widen(uint32_t code, uint32_t mantissa_bits, uint32_t exponent_bits, bool finite) {
  const uint32_t sign = code >> (mantissa_bits + exponent_bits) & 1, mantissa = code & ((1u << mantissa_bits) - 1), highest = (1u << exponent_bits) - 1;
  const uint32_t exponent = code >> mantissa_bits & highest;
  const int bias = (1 << (exponent_bits - 1)) - 1;
  const uint32_t sign_bit = sign << 31;
  if (exponent == highest && (!finite || mantissa == (1u << mantissa_bits) - 1)) return float_of(sign_bit | 0x7F800000u | (mantissa != 0 ? 0x400000u : 0));
  if (exponent == 0) {
    // A subnormal number: mantissa * 2^(1 - bias - mantissa_bits).
    const float scale = float_of((uint32_t)(127 + 1 - bias - (int)mantissa_bits) << 23);
    return (sign ? -1.0f : 1.0f) * (float)mantissa * scale;
  }
  return float_of(sign_bit | (uint32_t)((int)exponent - bias + 127) << 23 | mantissa << (23 - mantissa_bits));
}

inline float half_to_float(uint32_t code) { return widen(code, 10, 5, false); }

// Rounded to nearest even, by integers: not every host compiler has the type. NaN becomes the canonical one.
inline uint16_t double_to_half(double value) {
  uint64_t bits;
  memcpy(&bits, &value, 8);
  const auto sign = (uint16_t)(bits >> 48 & 0x8000);
  if (value != value) return 0x7FFF;
  const double magnitude = value < 0 ? -value : value;
  if (magnitude >= 65536) return sign | 0x7C00;
  // Subnormal numbers are multiples of 2^-24.
  if (magnitude < 0x1p-14) return sign | (uint16_t)nearbyint(magnitude * 0x1p24);
  const uint64_t kept = (bits >> 42 & 0x3FF) | ((bits >> 52 & 0x7FF) - 1023 + 15) << 10, rest = bits & ((1ull << 42) - 1), tie = 1ull << 41;
  return sign | (uint16_t)(kept + (rest > tie || (rest == tie && kept & 1)));
}

inline uint32_t element_bytes(uint32_t type) { return type <= CKRT_BF16 ? 2 : type == CKRT_TF32 ? 4 : 1; }

// The element at an address. Of tf32 the hardware does not read the low 13 bits.
inline double element(const uint8_t* at, uint32_t type) {
  uint32_t word;
  uint16_t half;
  switch (type) {
    case CKRT_F16: memcpy(&half, at, 2); return half_to_float(half);
    case CKRT_BF16: memcpy(&half, at, 2); return float_of((uint32_t)half << 16);
    case CKRT_TF32: memcpy(&word, at, 4); return float_of(word & ~0x1FFFu);
    case CKRT_E4M3: return widen(*at, 3, 4, true);
    case CKRT_E5M2: return widen(*at, 2, 5, false);
    case CKRT_S8: return (int8_t)*at;
    default: return *at;
  }
}
}  // namespace ckrt
