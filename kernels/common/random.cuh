// y[i] = f(bits[i], x[i]) with random bits of each element's own. Element i takes output i (32 bits), or 2i and 2i + 1 (64 bits, the
// first one lowest), after a position of Philox, whatever the launch. A thread makes the bits of as many consecutive
// elements as fill 16 bytes, or as one block of four outputs serves if that is more, and stores them at once where they are aligned.
#pragma once
#include "common/elementwise.cuh"
#include "common/held_vector.cuh"
#include "common/philox.cuh"

// The bits that a uniform or normal number of a type is made of: enough for its precision.
template <class T> struct RandomWord { using type = u32; };
template <> struct RandomWord<double> { using type = u64; };
template <class T> using random_word_t = typename RandomWord<T>::type;

// Elements of a thread. The host computes the same (RandomFill.cs).
template <class Word, class Y> constexpr int kRandomRun = 16 / (sizeof(Y) < sizeof(Word) ? sizeof(Y) : sizeof(Word));

// The words of elements thread * N to thread * N + N - 1.
template <int N> __device__ __forceinline__ void random_words(const Philox& position, i64 thread, u32 (&words)[N]) {
#pragma unroll
  for (int k = 0; k < N; k += 4) {
    const PhiloxBlock outputs = philox_outputs(position, (u64)thread * (N / 4) + k / 4);
#pragma unroll
    for (int j = 0; j < 4; ++j) words[k + j] = outputs.v[j];
  }
}
template <int N> __device__ __forceinline__ void random_words(const Philox& position, i64 thread, u64 (&words)[N]) {
#pragma unroll
  for (int k = 0; k < N; k += 2) {
    const PhiloxBlock outputs = philox_outputs(position, (u64)thread * (N / 2) + k / 2);
    words[k] = outputs.v[0] | (u64)outputs.v[1] << 32;
    words[k + 1] = outputs.v[2] | (u64)outputs.v[3] << 32;
  }
}

// Stores elements first to first + N - 1, as far as there are so many.
template <int N, class Y> __device__ __forceinline__ void store_run(Y* y, i64 n, i64 first, const Pack<Y, N>& run) {
  const bool whole = first + N <= n && is_aligned<N>(y);
  if (whole) {
    *reinterpret_cast<Pack<Y, N>*>(y + first) = run;
    return;
  }
#pragma unroll
  for (int k = 0; k < N; ++k) {
    if (first + k < n) y[first + k] = run.v[k];
  }
}

template <class Word, class F, class Y> __device__ __forceinline__ void map_random(Y* y, i64 n, const Philox& position, F f) {
  constexpr int N = kRandomRun<Word, Y>;
  const i64 thread = blockIdx.x * (i64)blockDim.x + threadIdx.x;
  Word words[N];
  random_words(position, thread, words);
  Pack<Y, N> run;
#pragma unroll
  for (int k = 0; k < N; ++k) run.v[k] = down<Y>(f(words[k]));
  store_run(y, n, thread * N, run);
}

template <class Word, class F, class Y> __device__ __forceinline__ void map_random(Y* y, i64 n, const Philox& position, F f, const Y* x) {
  constexpr int N = kRandomRun<Word, Y>;
  const i64 thread = blockIdx.x * (i64)blockDim.x + threadIdx.x, first = thread * N;
  // On its way while the random bits are made.
  HeldVector<Y, N> held;
  compute_t<Y> values[N] = {};
  if (first + N <= n && is_aligned<N>(x)) {
    held = *reinterpret_cast<const HeldVector<Y, N>*>(x + first);
  } else {
#pragma unroll
    for (int k = 0; k < N; ++k) {
      if (first + k < n) values[k] = up(x[first + k]);
    }
    held.set(values);
  }
  Word words[N];
  random_words(position, thread, words);
#pragma unroll
  for (int k = 0; k < N; ++k) values[k] = f(words[k], held.at(k));
  if (first + N <= n && is_aligned<N>(y)) {
    held.set(values);
    *reinterpret_cast<HeldVector<Y, N>*>(y + first) = held;
    return;
  }
#pragma unroll
  for (int k = 0; k < N; ++k) {
    if (first + k < n) y[first + k] = down<Y>(values[k]);
  }
}
