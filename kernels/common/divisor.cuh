// Division of many numbers by the same one: a product with its reciprocal and a shift (Granlund and Montgomery, "Division by invariant
// integers using multiplication", 1994).
#pragma once
#include "common/numeric.cuh"

struct Divisor {
  u32 divisor, reciprocal, shift;

  // By 1 or more, below 2^31.
  __device__ __forceinline__ explicit Divisor(u32 divisor) : divisor(divisor), shift(32 - (u32)__clz((int)(divisor - 1))) {
    reciprocal = (u32)(((((u64)1 << shift) - divisor) << 32) / divisor) + 1;
  }

  // Of a number below 2^31: the sum does not wrap around.
  __device__ __forceinline__ u32 quotient(u32 x) const { return quotient(x, reciprocal, shift); }
  __device__ __forceinline__ static u32 quotient(u32 x, u32 reciprocal, u32 shift) { return (__umulhi(reciprocal, x) + x) >> shift; }
};
