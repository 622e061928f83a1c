// Elements that indices name. Movements treat elements as bits: u8, bf16, i32 and i64 stand for any element of 1, 2, 4
// and 8 bytes.
#pragma once
#include "common/compute.cuh"

// The element whose bits are the low ones of `bits`.
template <class T>
__device__ __forceinline__ T of_bits(i64 bits) {
  return (T)bits;
}
template <>
__device__ __forceinline__ bf16 of_bits<bf16>(i64 bits) {
  return bf16{(u16)bits};
}

// a / b of numbers from 0 on: 32-bit division is several times quicker than 64-bit, and nearly always enough.
__device__ __forceinline__ i64 quotient_of(i64 a, i64 b) {
  if (((a | b) >> 32) == 0) return (i64)((u32)a / (u32)b);
  return a / b;
}

// An element's place in a tensor [outer, length, inner].
struct Place {
  i64 outer, middle, inner;
};
__device__ __forceinline__ Place place_of(i64 element, i64 length, i64 inner) {
  const i64 row = quotient_of(element, inner), outer = quotient_of(row, length);
  return {outer, row - outer * length, element - row * inner};
}
