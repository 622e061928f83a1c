#pragma once
#if __CUDA_ARCH__ >= 800
template <int N> __device__ void cp_async(u32 destination, const void* source, u32 bytes) {
  asm volatile("cp.async.ca.shared.global [%0], [%1], %2, %3;" ::"r"(destination), "l"(source), "n"(N), "r"(bytes) : "memory");
}
__device__ void cp_async_16(u32 destination, const void* source) {
  asm volatile("cp.async.cg.shared.global [%0], [%1], 16;" ::"r"(destination), "l"(source) : "memory");
}
#endif
#if __CUDA_ARCH__ >= 900
__device__ void tma_load(u32 destination, const TensorMap* map, u32 barrier, int x, int y, u16 mask) {
  asm volatile(
      "cp.async.bulk.tensor.2d.shared::cluster.global.mbarrier::complete_tx::bytes.multicast::cluster"
      " [%0], [%1, {%3, %4}], [%2], %5;" ::"r"(destination), "l"(map), "r"(barrier), "r"(x), "r"(y), "h"(mask)
      : "memory");
}
#endif
