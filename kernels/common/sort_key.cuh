// Elements as unsigned keys that rise in the order in which a sort wants them, so that it need not know their type: NaN is above every
// number, and -0 is below +0. A key tells its element again, but not which NaN it was.
#pragma once
#include "common/numeric.cuh"

// The bits of an element: those that are turned over of an integer or a positive number, and those of infinity, 0 for integers.
template <class T> struct KeyBits;
#define CK_KEY_BITS(T, U, turned_bits, infinity_bits, bits_of_x, element_of_bits)                  \
  template <> struct KeyBits<T> {                                                                  \
    using type = U;                                                                                \
    static constexpr U turned = turned_bits, infinity = infinity_bits;                             \
    __device__ __forceinline__ static U of(T x) { return bits_of_x; }                              \
    __device__ __forceinline__ static T element(U bits) { return element_of_bits; }                \
  };
CK_KEY_BITS(i8, u8, 0x80, 0, (u8)x, (i8)bits)
CK_KEY_BITS(u8, u8, 0, 0, x, bits)
CK_KEY_BITS(i32, u32, 0x80000000u, 0, (u32)x, (i32)bits)
CK_KEY_BITS(i64, u64, 0x8000000000000000ull, 0, (u64)x, (i64)bits)
CK_KEY_BITS(f16, u16, 0x8000, 0x7c00, x.bits, f16{bits})
CK_KEY_BITS(bf16, u16, 0x8000, 0x7f80, x.bits, bf16{bits})
CK_KEY_BITS(float, u32, 0x80000000u, 0x7f800000u, __float_as_uint(x), __uint_as_float(bits))
CK_KEY_BITS(double, u64, 0x8000000000000000ull, 0x7ff0000000000000ull, (u64)__double_as_longlong(x), __longlong_as_double((i64)bits))
#undef CK_KEY_BITS

template <class T> using sort_key_t = typename KeyBits<T>::type;

// Positive numbers rise with their bits, negative ones fall: all bits of those are turned over.
template <class T> __device__ __forceinline__ sort_key_t<T> sort_key(T x, bool falling) {
  using Bits = KeyBits<T>;
  using K = sort_key_t<T>;
  constexpr bool kFloating = Bits::infinity != 0;
  const K bits = Bits::of(x), magnitude = (K)(bits & (K)~Bits::turned);
  if (kFloating && magnitude > Bits::infinity) return falling ? 0 : (K)~(K)0;
  const bool all = kFloating && magnitude != bits;
  const K rising = (K)(all ? ~bits : bits ^ Bits::turned);
  return falling ? (K)~rising : rising;
}

// The greatest key of a rising sort has all bits but the sign: NaN.
template <class T> __device__ __forceinline__ T sort_element(sort_key_t<T> key, bool falling) {
  using Bits = KeyBits<T>;
  using K = sort_key_t<T>;
  constexpr bool kFloating = Bits::infinity != 0;
  const K rising = falling ? (K)~key : key;
  const bool all = kFloating && (rising & Bits::turned) == 0;
  return Bits::element((K)(all ? ~rising : rising ^ Bits::turned));
}
