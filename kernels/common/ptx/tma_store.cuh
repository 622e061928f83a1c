// Tiles of shared memory into a tensor by the copy engine (TMA), sm_90 and above: cp.async.bulk.tensor and cp.reduce.async.bulk.tensor.
// One thread issues it, after what others wrote has passed fence_proxy_async and a barrier. What lies beyond the tensor is left out.
// The copies belong to the thread's bulk groups: bulk_commit, bulk_wait_read and bulk_wait of bulk.cuh.
#pragma once
#include "common/ptx/address.cuh"
#include "common/ptx/bulk.cuh"
#include "common/ptx/tensor_map.cuh"

#if defined(CK_EMU)
#include "device/ptx/tma_store.h"
#elif defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 900
namespace ptx {
// cp.async.bulk.tensor.1d
__device__ __forceinline__ void tma_store_1d(const TensorMap* map, i32 x, u32 from) {
  asm volatile("cp.async.bulk.tensor.1d.global.shared::cta.tile.bulk_group [%0, {%1}], [%2];" ::"l"(map), "r"(x), "r"(from) : "memory");
}
__device__ __forceinline__ void tma_store_1d(const TensorMap* map, i32 x, u32 from, u64 policy) {
  asm volatile("cp.async.bulk.tensor.1d.global.shared::cta.tile.bulk_group.L2::cache_hint [%0, {%1}], [%2], %3;" ::"l"(map), "r"(x), "r"(from), "l"(policy) : "memory");
}
// cp.async.bulk.tensor.2d
__device__ __forceinline__ void tma_store_2d(const TensorMap* map, i32 x, i32 y, u32 from) {
  asm volatile("cp.async.bulk.tensor.2d.global.shared::cta.tile.bulk_group [%0, {%1, %2}], [%3];" ::"l"(map), "r"(x), "r"(y), "r"(from) : "memory");
}
__device__ __forceinline__ void tma_store_2d(const TensorMap* map, i32 x, i32 y, u32 from, u64 policy) {
  asm volatile("cp.async.bulk.tensor.2d.global.shared::cta.tile.bulk_group.L2::cache_hint [%0, {%1, %2}], [%3], %4;" ::"l"(map), "r"(x), "r"(y), "r"(from), "l"(policy) : "memory");
}
// cp.async.bulk.tensor.3d
__device__ __forceinline__ void tma_store_3d(const TensorMap* map, i32 x, i32 y, i32 z, u32 from) {
  asm volatile("cp.async.bulk.tensor.3d.global.shared::cta.tile.bulk_group [%0, {%1, %2, %3}], [%4];" ::"l"(map), "r"(x), "r"(y), "r"(z), "r"(from) : "memory");
}
__device__ __forceinline__ void tma_store_3d(const TensorMap* map, i32 x, i32 y, i32 z, u32 from, u64 policy) {
  asm volatile("cp.async.bulk.tensor.3d.global.shared::cta.tile.bulk_group.L2::cache_hint [%0, {%1, %2, %3}], [%4], %5;" ::"l"(map), "r"(x), "r"(y), "r"(z), "r"(from), "l"(policy) : "memory");
}
// cp.async.bulk.tensor.4d
__device__ __forceinline__ void tma_store_4d(const TensorMap* map, i32 x, i32 y, i32 z, i32 v, u32 from) {
  asm volatile("cp.async.bulk.tensor.4d.global.shared::cta.tile.bulk_group [%0, {%1, %2, %3, %4}], [%5];" ::"l"(map), "r"(x), "r"(y), "r"(z), "r"(v), "r"(from) : "memory");
}
__device__ __forceinline__ void tma_store_4d(const TensorMap* map, i32 x, i32 y, i32 z, i32 v, u32 from, u64 policy) {
  asm volatile("cp.async.bulk.tensor.4d.global.shared::cta.tile.bulk_group.L2::cache_hint [%0, {%1, %2, %3, %4}], [%5], %6;" ::"l"(map), "r"(x), "r"(y), "r"(z), "r"(v), "r"(from), "l"(policy) : "memory");
}
// cp.async.bulk.tensor.5d
__device__ __forceinline__ void tma_store_5d(const TensorMap* map, i32 x, i32 y, i32 z, i32 v, i32 w, u32 from) {
  asm volatile("cp.async.bulk.tensor.5d.global.shared::cta.tile.bulk_group [%0, {%1, %2, %3, %4, %5}], [%6];" ::"l"(map), "r"(x), "r"(y), "r"(z), "r"(v), "r"(w), "r"(from) : "memory");
}
__device__ __forceinline__ void tma_store_5d(const TensorMap* map, i32 x, i32 y, i32 z, i32 v, i32 w, u32 from, u64 policy) {
  asm volatile("cp.async.bulk.tensor.5d.global.shared::cta.tile.bulk_group.L2::cache_hint [%0, {%1, %2, %3, %4, %5}], [%6], %7;" ::"l"(map), "r"(x), "r"(y), "r"(z), "r"(v), "r"(w), "r"(from), "l"(policy) : "memory");
}
// cp.reduce.async.bulk.tensor: combines each element with the tensor's, atomically, by the map's element type. Sums exist for all types
// but bytes and 16-bit integers, min and max for 32- and 64-bit integers, f16 and bf16, inc and dec for u32, and the logical ones for
// 32- and 64-bit integers.
#define CK_TMA_REDUCE(operation) \
  __device__ __forceinline__ void tma_reduce_##operation##_1d(const TensorMap* map, i32 x, u32 from) { \
    asm volatile("cp.reduce.async.bulk.tensor.1d.global.shared::cta." #operation ".tile.bulk_group [%0, {%1}], [%2];" ::"l"(map), "r"(x), "r"(from) : "memory"); \
  } \
  __device__ __forceinline__ void tma_reduce_##operation##_2d(const TensorMap* map, i32 x, i32 y, u32 from) { \
    asm volatile("cp.reduce.async.bulk.tensor.2d.global.shared::cta." #operation ".tile.bulk_group [%0, {%1, %2}], [%3];" ::"l"(map), "r"(x), "r"(y), "r"(from) : "memory"); \
  } \
  __device__ __forceinline__ void tma_reduce_##operation##_3d(const TensorMap* map, i32 x, i32 y, i32 z, u32 from) { \
    asm volatile("cp.reduce.async.bulk.tensor.3d.global.shared::cta." #operation ".tile.bulk_group [%0, {%1, %2, %3}], [%4];" ::"l"(map), "r"(x), "r"(y), "r"(z), "r"(from) : "memory"); \
  } \
  __device__ __forceinline__ void tma_reduce_##operation##_4d(const TensorMap* map, i32 x, i32 y, i32 z, i32 v, u32 from) { \
    asm volatile("cp.reduce.async.bulk.tensor.4d.global.shared::cta." #operation ".tile.bulk_group [%0, {%1, %2, %3, %4}], [%5];" ::"l"(map), "r"(x), "r"(y), "r"(z), "r"(v), "r"(from) : "memory"); \
  } \
  __device__ __forceinline__ void tma_reduce_##operation##_5d(const TensorMap* map, i32 x, i32 y, i32 z, i32 v, i32 w, u32 from) { \
    asm volatile("cp.reduce.async.bulk.tensor.5d.global.shared::cta." #operation ".tile.bulk_group [%0, {%1, %2, %3, %4, %5}], [%6];" ::"l"(map), "r"(x), "r"(y), "r"(z), "r"(v), "r"(w), "r"(from) : "memory"); \
  }
CK_TMA_REDUCE(add)
CK_TMA_REDUCE(min)
CK_TMA_REDUCE(max)
CK_TMA_REDUCE(inc)
CK_TMA_REDUCE(dec)
CK_TMA_REDUCE(and)
CK_TMA_REDUCE(or)
CK_TMA_REDUCE(xor)
#undef CK_TMA_REDUCE
}  // namespace ptx
#endif
