// Neighbouring elements as a thread holds them between the load of all and the use of each.
#pragma once
#include "common/compute.cuh"
#include "common/pack.cuh"
#include "common/ptx/convert.cuh"

// A vector of elements. 16-bit floats are taken out of words and put into them in pairs: bf16 by one instruction each way, where elements
// of two bytes on their own would need two.
template <class T, int N> struct HeldVector {
  Pack<T, N> elements;

  __device__ __forceinline__ compute_t<T> at(int i) const { return up(elements.v[i]); }
  __device__ __forceinline__ void set(const compute_t<T> (&values)[N]) {
#pragma unroll
    for (int i = 0; i < N; ++i) elements.v[i] = down<T>(values[i]);
  }
};
template <> struct HeldVector<bf16, 8> {
  Pack<u32, 4> words;

  __device__ __forceinline__ float at(int i) const { return __uint_as_float(i % 2 == 0 ? words.v[i / 2] << 16 : words.v[i / 2] & 0xffff0000u); }
  __device__ __forceinline__ void set(const float (&values)[8]) {
#pragma unroll
    for (int i = 0; i < 4; ++i) words.v[i] = ptx::pack(ptx::to_bf16x2(values[2 * i], values[2 * i + 1]));
  }
};
template <> struct HeldVector<f16, 8> {
  Pack<u32, 4> words;

  __device__ __forceinline__ float at(int i) const { return to_f32(f16{(u16)(i % 2 == 0 ? words.v[i / 2] : words.v[i / 2] >> 16)}); }
  __device__ __forceinline__ void set(const float (&values)[8]) {
#pragma unroll
    for (int i = 0; i < 4; ++i) words.v[i] = ptx::pack(ptx::to_f16x2(values[2 * i], values[2 * i + 1]));
  }
};

// N neighbours, in loads of 16 bytes where they lie so.
template <int N, class T> __device__ __forceinline__ void load_neighbours(T (&to)[N], const T* from) {
  constexpr int kEach = 16 / (int)sizeof(T) < N ? 16 / (int)sizeof(T) : N;
  if (is_aligned<kEach>(from)) {
#pragma unroll
    for (int k = 0; k < N; k += kEach) {
      const Pack<T, kEach> pack = *reinterpret_cast<const Pack<T, kEach>*>(from + k);
#pragma unroll
      for (int i = 0; i < kEach; ++i) to[k + i] = pack.v[i];
    }
    return;
  }
#pragma unroll
  for (int k = 0; k < N; ++k) to[k] = from[k];
}
