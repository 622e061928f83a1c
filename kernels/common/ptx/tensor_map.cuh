// A tensor map: what the copy engine needs to move tiles of a tensor (TensorMap in C#). A kernel takes it by value, as
//   const __grid_constant__ ptx::TensorMap map
// and gives its address to the instructions of tma_load.cuh, tma_im2col.cuh and tma_store.cuh. Its 128 bytes are secret.
#pragma once
#include "common/numeric.cuh"

namespace ptx {
struct alignas(64) TensorMap { u64 opaque[16]; };
}  // namespace ptx

#if defined(CK_EMU)
#include "device/ptx/tensor_map.h"
#elif defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 900
namespace ptx {
// prefetch.tensormap: brings the map into the cache before the first copy needs it.
__device__ __forceinline__ void prefetch_tensor_map(const TensorMap* map) { asm volatile("prefetch.tensormap [%0];" ::"l"(map) : "memory"); }
}  // namespace ptx
#endif
