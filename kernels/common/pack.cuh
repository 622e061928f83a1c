// Neighbouring elements that one instruction moves.
#pragma once
#include "common/numeric.cuh"

template <class T, int N> struct alignas(sizeof(T) * N) Pack { T v[N]; };

template <int N, class T> __device__ __forceinline__ bool is_aligned(const T* p) { return reinterpret_cast<u64>(p) % (sizeof(T) * N) == 0; }
