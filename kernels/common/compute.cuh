// In which type a kernel computes: 16-bit and 8-bit floats are widened to float when they are read and rounded once when they are
// written; every other type computes as itself.
#pragma once
#include "common/float8.cuh"

template <class T> struct Compute {
  using type = T;
  __device__ __forceinline__ static T up(T x) { return x; }
  __device__ __forceinline__ static T down(T x) { return x; }
};
template <> struct Compute<f16> {
  using type = float;
  __device__ __forceinline__ static float up(f16 x) { return to_f32(x); }
  __device__ __forceinline__ static f16 down(float x) { return to_f16(x); }
};
template <> struct Compute<bf16> {
  using type = float;
  __device__ __forceinline__ static float up(bf16 x) { return to_f32(x); }
  __device__ __forceinline__ static bf16 down(float x) { return to_bf16(x); }
};
template <> struct Compute<e4m3> {
  using type = float;
  __device__ __forceinline__ static float up(e4m3 x) { return to_f32(x); }
  __device__ __forceinline__ static e4m3 down(float x) { return to_e4m3(x); }
};
template <> struct Compute<e5m2> {
  using type = float;
  __device__ __forceinline__ static float up(e5m2 x) { return to_f32(x); }
  __device__ __forceinline__ static e5m2 down(float x) { return to_e5m2(x); }
};
template <class T> using compute_t = typename Compute<T>::type;

template <class T> __device__ __forceinline__ compute_t<T> up(T x) { return Compute<T>::up(x); }
template <class T> __device__ __forceinline__ T down(compute_t<T> x) { return Compute<T>::down(x); }

// Integers as their unsigned twins, in which sums and products wrap around by definition; other types as themselves.
__device__ __forceinline__ u32 wrap(i32 x) { return (u32)x; }
__device__ __forceinline__ u64 wrap(i64 x) { return (u64)x; }
template <class C> __device__ __forceinline__ C wrap(C x) { return x; }

// The type in which many elements are summed: float for 16-bit floats, unsigned integers (which wrap around) for integers.
template <class T> struct Sum { using type = compute_t<T>; };
template <> struct Sum<i8> { using type = u32; };
template <> struct Sum<u8> { using type = u32; };
template <> struct Sum<i32> { using type = u32; };
template <> struct Sum<i64> { using type = u64; };
template <class T> using sum_t = typename Sum<T>::type;
