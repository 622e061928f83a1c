// Two floats rounded to 16 bits in one register, the first one low.
#pragma once
#include "common/compute.cuh"
#include "common/ptx/convert.cuh"

#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
template <class T> __device__ u32 pack_pair(float x, float y);
template <> __device__ __forceinline__ u32 pack_pair<f16>(float x, float y) { return ptx::pack(ptx::to_f16x2(x, y)); }
template <> __device__ __forceinline__ u32 pack_pair<bf16>(float x, float y) { return ptx::pack(ptx::to_bf16x2(x, y)); }
#endif
