// Fences: between the generic and the async proxy, between threads of a scope, after the initialisation of mbarriers, and between
// dependent grids.
#pragma once
#include "common/numeric.cuh"

#if defined(CK_EMU)
#include "device/ptx/fence.h"
#elif defined(__CUDA_ARCH__)
namespace ptx {
// fence.acq_rel: what the thread did and saw before comes before what it does after, for the threads of the scope.
__device__ __forceinline__ void fence_acq_rel_cta() { asm volatile("fence.acq_rel.cta;" ::: "memory"); }
__device__ __forceinline__ void fence_acq_rel_gpu() { asm volatile("fence.acq_rel.gpu;" ::: "memory"); }
__device__ __forceinline__ void fence_acq_rel_sys() { asm volatile("fence.acq_rel.sys;" ::: "memory"); }
#if __CUDA_ARCH__ >= 900
__device__ __forceinline__ void fence_acq_rel_cluster() { asm volatile("fence.acq_rel.cluster;" ::: "memory"); }
// fence.proxy.async: ordinary writes, also those of other threads that are ordered before it, become visible to bulk copies, TMA and
// wgmma. Usually each thread that wrote executes it, before the barrier that hands the data to the thread that issues the copy.
__device__ __forceinline__ void fence_proxy_async() { asm volatile("fence.proxy.async;" ::: "memory"); }
__device__ __forceinline__ void fence_proxy_async_shared() { asm volatile("fence.proxy.async.shared::cta;" ::: "memory"); }
__device__ __forceinline__ void fence_proxy_async_shared_cluster() { asm volatile("fence.proxy.async.shared::cluster;" ::: "memory"); }
__device__ __forceinline__ void fence_proxy_async_global() { asm volatile("fence.proxy.async.global;" ::: "memory"); }
// fence.mbarrier_init: mbarriers that the thread initialised become visible to the async proxy and the cluster, once a barrier follows.
__device__ __forceinline__ void fence_mbarrier_init() { asm volatile("fence.mbarrier_init.release.cluster;" ::: "memory"); }
// griddepcontrol: waits until the grids that this one depends on are done and visible; lets dependent grids start.
__device__ __forceinline__ void grid_dependency_wait() { asm volatile("griddepcontrol.wait;" ::: "memory"); }
__device__ __forceinline__ void grid_dependency_launch() { asm volatile("griddepcontrol.launch_dependents;" ::: "memory"); }
#endif
}  // namespace ptx
#endif
