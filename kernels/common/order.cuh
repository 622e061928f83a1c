// The order in which max, min, argmax and argmin see elements: NaN is beyond every number at either end, and +0 is above -0.
#pragma once
#include "common/math.cuh"

// Below and above every element: the identities of max and min.
template <class C> struct Bounds {
  __device__ __forceinline__ static C lowest() { return -infinity<C>(); }
  __device__ __forceinline__ static C highest() { return infinity<C>(); }
};
#define CK_INTEGER_BOUNDS(T, low, high)                              \
  template <> struct Bounds<T> {                                     \
    __device__ __forceinline__ static T lowest() { return low; }   \
    __device__ __forceinline__ static T highest() { return high; } \
  };
CK_INTEGER_BOUNDS(i8, -128, 127)
CK_INTEGER_BOUNDS(u8, 0, 255)
CK_INTEGER_BOUNDS(i32, -2147483647 - 1, 2147483647)
CK_INTEGER_BOUNDS(i64, -9223372036854775807LL - 1, 9223372036854775807LL)
#undef CK_INTEGER_BOUNDS

// An element and its index along the reduced dimension; a negative index stands for no element.
template <class C> struct Candidate {
  C value;
  i64 index;
};

// Whether two values are the same to max and min: both NaN, or one number, zeros being told apart.
template <class C> __device__ __forceinline__ bool ties(C a, C b) { return a == b ? C(a) != C(0) || math::is_negative(a) == math::is_negative(b) : math::is_nan(a) && math::is_nan(b); }
#define CK_INTEGER_TIES(T) \
  __device__ __forceinline__ bool ties(T a, T b) { return a == b; }
CK_INTEGER_TIES(i8)
CK_INTEGER_TIES(u8)
CK_INTEGER_TIES(i32)
CK_INTEGER_TIES(i64)
#undef CK_INTEGER_TIES

// The candidate whose value `choose` takes; of two that tie the one that stands first. The parts may come in any order.
template <class C, class Choose> __device__ __forceinline__ Candidate<C> better(Candidate<C> a, Candidate<C> b, Choose choose) {
  if (b.index < 0) return a;
  if (a.index < 0) return b;
  if (ties(a.value, b.value)) return a.index < b.index ? a : b;
  return ties(choose(a.value, b.value), a.value) ? a : b;
}
