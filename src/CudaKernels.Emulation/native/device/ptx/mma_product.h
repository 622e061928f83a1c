// The matrix product behind every mma.sync: the fragments of all lanes are put together into matrices by the formulas of
// common/ptx/mma.cuh, multiplied, and given back to the lanes.
// Rounding: products are exact and summed in double, from k = 0 upwards and C first, then rounded once to the accumulator's type,
// to nearest even. Tensor cores align and truncate the products of a few k at a time, so results agree within a few units of the
// accumulator's last place only. Integer sums wrap around; the doubles of f64 forms are summed by fused operations.
#pragma once
#include "device/ptx/mma_lanes.h"

namespace ckrt {
#define CK_MMA_FLOATS(T, per, word)                                                                   \
  template <> struct MmaOperand<T> {                                                                  \
    using Register = uint32_t;                                                                        \
    static constexpr int kPerRegister = per;                                                          \
    CK_QUIET static double element(uint32_t r, int i) { return value(T{(word)(r >> (32 / per * i))}); } \
  };
CK_MMA_FLOATS(f16, 2, u16)
CK_MMA_FLOATS(bf16, 2, u16)
CK_MMA_FLOATS(e4m3, 4, u8)
CK_MMA_FLOATS(e5m2, 4, u8)
CK_MMA_FLOATS(tf32, 1, u32)
#undef CK_MMA_FLOATS
template <class T> struct MmaIntegers {
  using Register = uint32_t;
  static constexpr int kPerRegister = 4;
  CK_QUIET static int64_t element(uint32_t r, int i) { return (T)(r >> (8 * i)); }
};
template <> struct MmaOperand<i8> : MmaIntegers<i8> {};
template <> struct MmaOperand<u8> : MmaIntegers<u8> {};

template <> struct MmaSum<f16> {
  using Register = uint32_t;
  using Sum = double;
  static constexpr int kPerRegister = 2;
  CK_QUIET static void read(uint32_t r, double* sums) {
    sums[0] = value(f16{(u16)r});
    sums[1] = value(f16{(u16)(r >> 16)});
  }
  CK_QUIET static uint32_t write(const double* sums) { return round_f16(sums[0]).bits | (uint32_t)round_f16(sums[1]).bits << 16; }
  CK_QUIET static double add(double a, double b, double sum) { return sum + a * b; }
};
}  // namespace ckrt
