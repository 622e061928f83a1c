// Kernels that make each element of images from others of its channel. Where images lie channels last in whole vectors of 16 bytes, a thread
// makes one: what it finds out about pixels serves them all. Else it makes one element. The host launches by the same rule (PoolLaunch.cs).
#pragma once
#include "common/convolution.cuh"
#include "common/held_vector.cuh"

template <class T> __device__ __forceinline__ bool has_side_channels(const Convolution& s) {
  return s.x_channel == 1 && s.y_filter == 1 && s.channels % (16 / (int)sizeof(T)) == 0;
}

// f.run<N>(i) for the elements of the destination: N neighbours from i on, of which the operands' are aligned.
template <class T, class F, class... P> __device__ __forceinline__ void for_channels(const Convolution& s, i64 elements, const F& f, const P*... operands) {
  constexpr int N = 16 / (int)sizeof(T);
  const i64 thread = blockIdx.x * (i64)blockDim.x + threadIdx.x;
  if (!has_side_channels<T>(s)) {
    if (thread < elements) f.template run<1>(thread);
  } else if (thread * N < elements) {
    if ((is_aligned<N>(operands) && ...)) {
      f.template run<N>(thread * N);
    } else {
      for (int k = 0; k < N; ++k) f.template run<1>(thread * N + k);
    }
  }
}

template <int N, class T> __device__ __forceinline__ HeldVector<T, N> load_channels(const T* from) { return *reinterpret_cast<const HeldVector<T, N>*>(from); }
template <int N, class T> __device__ __forceinline__ void store_channels(T* to, const compute_t<T> (&values)[N]) {
  HeldVector<T, N> out;
  out.set(values);
  *reinterpret_cast<HeldVector<T, N>*>(to) = out;
}
