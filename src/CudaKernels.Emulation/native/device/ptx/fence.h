// The emulated twin of common/ptx/fence.cuh.
#pragma once
#include "runtime/async_abi.h"

namespace ptx {
__forceinline__ void fence_acq_rel_cta() { __threadfence_block(); }
__forceinline__ void fence_acq_rel_gpu() { __threadfence(); }
__forceinline__ void fence_acq_rel_sys() { __threadfence_system(); }
#if __CUDA_ARCH__ >= 900
__forceinline__ void fence_acq_rel_cluster() { __threadfence(); }
__forceinline__ void fence_proxy_async() { ckrt_proxy_fence(); }
__forceinline__ void fence_proxy_async_shared() { ckrt_proxy_fence(); }
__forceinline__ void fence_proxy_async_shared_cluster() { ckrt_proxy_fence(); }
__forceinline__ void fence_proxy_async_global() { ckrt_proxy_fence(); }
__forceinline__ void fence_mbarrier_init() { ckrt_mbarrier_init_fence(); }
// Grids run one after another here; the checking mode knows who has not waited.
__forceinline__ void grid_dependency_wait() { ckrt_grid_dependency_wait(); }
__forceinline__ void grid_dependency_launch() { ckrt_grid_dependency_launch(); }
#endif
}  // namespace ptx
