// Tiles of a tensor into shared memory by the copy engine (TMA), sm_90 and above: cp.async.bulk.tensor. One thread issues it. The
// coordinates are those of the tile's first element, innermost dimension first; they may lie outside the tensor, what lies there is
// filled up. `to` is a multiple of 128, of 256, 512 or 1024 with a swizzle of 32, 64 or 128 bytes. The mbarrier counts the whole
// tile's bytes, what is filled up too. A policy is an L2 cache hint (createpolicy, or one of the fixed ones).
#pragma once
#include "common/ptx/address.cuh"
#include "common/ptx/tensor_map.cuh"

#if defined(CK_EMU)
#include "device/ptx/tma_load.h"
#elif defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 900
namespace ptx {
// cp.async.bulk.tensor.1d; multicast to the same place in every block of the cluster whose bit is set, each with its own mbarrier.
__device__ __forceinline__ void tma_load_1d(u32 to, const TensorMap* map, i32 x, u32 barrier) {
  asm volatile("cp.async.bulk.tensor.1d.shared::cluster.global.tile.mbarrier::complete_tx::bytes [%0], [%1, {%2}], [%3];" ::"r"(to), "l"(map), "r"(x), "r"(barrier) : "memory");
}
__device__ __forceinline__ void tma_load_1d(u32 to, const TensorMap* map, i32 x, u32 barrier, u64 policy) {
  asm volatile("cp.async.bulk.tensor.1d.shared::cluster.global.mbarrier::complete_tx::bytes.L2::cache_hint [%0], [%1, {%2}], [%3], %4;" ::"r"(to), "l"(map), "r"(x), "r"(barrier), "l"(policy) : "memory");
}
__device__ __forceinline__ void tma_load_multicast_1d(u32 to, const TensorMap* map, i32 x, u32 barrier, u16 blocks) {
  asm volatile("cp.async.bulk.tensor.1d.shared::cluster.global.tile.mbarrier::complete_tx::bytes.multicast::cluster [%0], [%1, {%2}], [%3], %4;" ::"r"(to), "l"(map), "r"(x), "r"(barrier), "h"(blocks) : "memory");
}
__device__ __forceinline__ void tma_load_multicast_1d(u32 to, const TensorMap* map, i32 x, u32 barrier, u16 blocks, u64 policy) {
  asm volatile("cp.async.bulk.tensor.1d.shared::cluster.global.mbarrier::complete_tx::bytes.multicast::cluster.L2::cache_hint [%0], [%1, {%2}], [%3], %4, %5;" ::"r"(to), "l"(map), "r"(x), "r"(barrier), "h"(blocks), "l"(policy) : "memory");
}
// cp.async.bulk.tensor.2d; multicast to the same place in every block of the cluster whose bit is set, each with its own mbarrier.
__device__ __forceinline__ void tma_load_2d(u32 to, const TensorMap* map, i32 x, i32 y, u32 barrier) {
  asm volatile("cp.async.bulk.tensor.2d.shared::cluster.global.tile.mbarrier::complete_tx::bytes [%0], [%1, {%2, %3}], [%4];" ::"r"(to), "l"(map), "r"(x), "r"(y), "r"(barrier) : "memory");
}
__device__ __forceinline__ void tma_load_2d(u32 to, const TensorMap* map, i32 x, i32 y, u32 barrier, u64 policy) {
  asm volatile("cp.async.bulk.tensor.2d.shared::cluster.global.mbarrier::complete_tx::bytes.L2::cache_hint [%0], [%1, {%2, %3}], [%4], %5;" ::"r"(to), "l"(map), "r"(x), "r"(y), "r"(barrier), "l"(policy) : "memory");
}
__device__ __forceinline__ void tma_load_multicast_2d(u32 to, const TensorMap* map, i32 x, i32 y, u32 barrier, u16 blocks) {
  asm volatile("cp.async.bulk.tensor.2d.shared::cluster.global.tile.mbarrier::complete_tx::bytes.multicast::cluster [%0], [%1, {%2, %3}], [%4], %5;" ::"r"(to), "l"(map), "r"(x), "r"(y), "r"(barrier), "h"(blocks) : "memory");
}
__device__ __forceinline__ void tma_load_multicast_2d(u32 to, const TensorMap* map, i32 x, i32 y, u32 barrier, u16 blocks, u64 policy) {
  asm volatile("cp.async.bulk.tensor.2d.shared::cluster.global.mbarrier::complete_tx::bytes.multicast::cluster.L2::cache_hint [%0], [%1, {%2, %3}], [%4], %5, %6;" ::"r"(to), "l"(map), "r"(x), "r"(y), "r"(barrier), "h"(blocks), "l"(policy) : "memory");
}
// cp.async.bulk.tensor.3d; multicast to the same place in every block of the cluster whose bit is set, each with its own mbarrier.
__device__ __forceinline__ void tma_load_3d(u32 to, const TensorMap* map, i32 x, i32 y, i32 z, u32 barrier) {
  asm volatile("cp.async.bulk.tensor.3d.shared::cluster.global.tile.mbarrier::complete_tx::bytes [%0], [%1, {%2, %3, %4}], [%5];" ::"r"(to), "l"(map), "r"(x), "r"(y), "r"(z), "r"(barrier) : "memory");
}
__device__ __forceinline__ void tma_load_3d(u32 to, const TensorMap* map, i32 x, i32 y, i32 z, u32 barrier, u64 policy) {
  asm volatile("cp.async.bulk.tensor.3d.shared::cluster.global.mbarrier::complete_tx::bytes.L2::cache_hint [%0], [%1, {%2, %3, %4}], [%5], %6;" ::"r"(to), "l"(map), "r"(x), "r"(y), "r"(z), "r"(barrier), "l"(policy) : "memory");
}
__device__ __forceinline__ void tma_load_multicast_3d(u32 to, const TensorMap* map, i32 x, i32 y, i32 z, u32 barrier, u16 blocks) {
  asm volatile("cp.async.bulk.tensor.3d.shared::cluster.global.tile.mbarrier::complete_tx::bytes.multicast::cluster [%0], [%1, {%2, %3, %4}], [%5], %6;" ::"r"(to), "l"(map), "r"(x), "r"(y), "r"(z), "r"(barrier), "h"(blocks) : "memory");
}
__device__ __forceinline__ void tma_load_multicast_3d(u32 to, const TensorMap* map, i32 x, i32 y, i32 z, u32 barrier, u16 blocks, u64 policy) {
  asm volatile("cp.async.bulk.tensor.3d.shared::cluster.global.mbarrier::complete_tx::bytes.multicast::cluster.L2::cache_hint [%0], [%1, {%2, %3, %4}], [%5], %6, %7;" ::"r"(to), "l"(map), "r"(x), "r"(y), "r"(z), "r"(barrier), "h"(blocks), "l"(policy) : "memory");
}
// cp.async.bulk.tensor.4d; multicast to the same place in every block of the cluster whose bit is set, each with its own mbarrier.
__device__ __forceinline__ void tma_load_4d(u32 to, const TensorMap* map, i32 x, i32 y, i32 z, i32 v, u32 barrier) {
  asm volatile("cp.async.bulk.tensor.4d.shared::cluster.global.tile.mbarrier::complete_tx::bytes [%0], [%1, {%2, %3, %4, %5}], [%6];" ::"r"(to), "l"(map), "r"(x), "r"(y), "r"(z), "r"(v), "r"(barrier) : "memory");
}
__device__ __forceinline__ void tma_load_4d(u32 to, const TensorMap* map, i32 x, i32 y, i32 z, i32 v, u32 barrier, u64 policy) {
  asm volatile("cp.async.bulk.tensor.4d.shared::cluster.global.mbarrier::complete_tx::bytes.L2::cache_hint [%0], [%1, {%2, %3, %4, %5}], [%6], %7;" ::"r"(to), "l"(map), "r"(x), "r"(y), "r"(z), "r"(v), "r"(barrier), "l"(policy) : "memory");
}
__device__ __forceinline__ void tma_load_multicast_4d(u32 to, const TensorMap* map, i32 x, i32 y, i32 z, i32 v, u32 barrier, u16 blocks) {
  asm volatile("cp.async.bulk.tensor.4d.shared::cluster.global.tile.mbarrier::complete_tx::bytes.multicast::cluster [%0], [%1, {%2, %3, %4, %5}], [%6], %7;" ::"r"(to), "l"(map), "r"(x), "r"(y), "r"(z), "r"(v), "r"(barrier), "h"(blocks) : "memory");
}
__device__ __forceinline__ void tma_load_multicast_4d(u32 to, const TensorMap* map, i32 x, i32 y, i32 z, i32 v, u32 barrier, u16 blocks, u64 policy) {
  asm volatile("cp.async.bulk.tensor.4d.shared::cluster.global.mbarrier::complete_tx::bytes.multicast::cluster.L2::cache_hint [%0], [%1, {%2, %3, %4, %5}], [%6], %7, %8;" ::"r"(to), "l"(map), "r"(x), "r"(y), "r"(z), "r"(v), "r"(barrier), "h"(blocks), "l"(policy) : "memory");
}
// cp.async.bulk.tensor.5d; multicast to the same place in every block of the cluster whose bit is set, each with its own mbarrier.
__device__ __forceinline__ void tma_load_5d(u32 to, const TensorMap* map, i32 x, i32 y, i32 z, i32 v, i32 w, u32 barrier) {
  asm volatile("cp.async.bulk.tensor.5d.shared::cluster.global.tile.mbarrier::complete_tx::bytes [%0], [%1, {%2, %3, %4, %5, %6}], [%7];" ::"r"(to), "l"(map), "r"(x), "r"(y), "r"(z), "r"(v), "r"(w), "r"(barrier) : "memory");
}
__device__ __forceinline__ void tma_load_5d(u32 to, const TensorMap* map, i32 x, i32 y, i32 z, i32 v, i32 w, u32 barrier, u64 policy) {
  asm volatile("cp.async.bulk.tensor.5d.shared::cluster.global.mbarrier::complete_tx::bytes.L2::cache_hint [%0], [%1, {%2, %3, %4, %5, %6}], [%7], %8;" ::"r"(to), "l"(map), "r"(x), "r"(y), "r"(z), "r"(v), "r"(w), "r"(barrier), "l"(policy) : "memory");
}
__device__ __forceinline__ void tma_load_multicast_5d(u32 to, const TensorMap* map, i32 x, i32 y, i32 z, i32 v, i32 w, u32 barrier, u16 blocks) {
  asm volatile("cp.async.bulk.tensor.5d.shared::cluster.global.tile.mbarrier::complete_tx::bytes.multicast::cluster [%0], [%1, {%2, %3, %4, %5, %6}], [%7], %8;" ::"r"(to), "l"(map), "r"(x), "r"(y), "r"(z), "r"(v), "r"(w), "r"(barrier), "h"(blocks) : "memory");
}
__device__ __forceinline__ void tma_load_multicast_5d(u32 to, const TensorMap* map, i32 x, i32 y, i32 z, i32 v, i32 w, u32 barrier, u16 blocks, u64 policy) {
  asm volatile("cp.async.bulk.tensor.5d.shared::cluster.global.mbarrier::complete_tx::bytes.multicast::cluster.L2::cache_hint [%0], [%1, {%2, %3, %4, %5, %6}], [%7], %8, %9;" ::"r"(to), "l"(map), "r"(x), "r"(y), "r"(z), "r"(v), "r"(w), "r"(barrier), "h"(blocks), "l"(policy) : "memory");
}
// cp.async.bulk.prefetch.tensor: the tile into the L2 cache.
__device__ __forceinline__ void tma_prefetch_1d(const TensorMap* map, i32 x) {
  asm volatile("cp.async.bulk.prefetch.tensor.1d.L2.global [%0, {%1}];" ::"l"(map), "r"(x) : "memory");
}
__device__ __forceinline__ void tma_prefetch_2d(const TensorMap* map, i32 x, i32 y) {
  asm volatile("cp.async.bulk.prefetch.tensor.2d.L2.global [%0, {%1, %2}];" ::"l"(map), "r"(x), "r"(y) : "memory");
}
__device__ __forceinline__ void tma_prefetch_3d(const TensorMap* map, i32 x, i32 y, i32 z) {
  asm volatile("cp.async.bulk.prefetch.tensor.3d.L2.global [%0, {%1, %2, %3}];" ::"l"(map), "r"(x), "r"(y), "r"(z) : "memory");
}
__device__ __forceinline__ void tma_prefetch_4d(const TensorMap* map, i32 x, i32 y, i32 z, i32 v) {
  asm volatile("cp.async.bulk.prefetch.tensor.4d.L2.global [%0, {%1, %2, %3, %4}];" ::"l"(map), "r"(x), "r"(y), "r"(z), "r"(v) : "memory");
}
__device__ __forceinline__ void tma_prefetch_5d(const TensorMap* map, i32 x, i32 y, i32 z, i32 v, i32 w) {
  asm volatile("cp.async.bulk.prefetch.tensor.5d.L2.global [%0, {%1, %2, %3, %4, %5}];" ::"l"(map), "r"(x), "r"(y), "r"(z), "r"(v), "r"(w) : "memory");
}
}  // namespace ptx
#endif
