// A kernel that joins what the one before it has left, and is set up while that one runs: the host launches it as dependent where the device
// can, from compute capability 9.0 on (programmatic dependent launch).
#pragma once
#include "common/numeric.cuh"
#include "common/ptx/fence.cuh"

// In the first kernel: from here on the second may be set up.
__device__ __forceinline__ void let_finish_start() {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 900
  ptx::grid_dependency_launch();
#endif
}

// In the second: until all that the first has written is there.
__device__ __forceinline__ void wait_for_splits() {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 900
  ptx::grid_dependency_wait();
#endif
}
