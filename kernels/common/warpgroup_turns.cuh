// Warpgroups that take turns at the tensor cores: while one of them does other work, the cores belong to another. Each waits for its own
// named barrier, 1 + its number, and passes the turn on by that of the next one. The last one starts, so that the first turn is the
// first one's; the turn that is left at the end has to be taken too, for no arrival may be left at a barrier.
#pragma once
#include "common/ptx/barrier.cuh"

#if defined(CK_EMU) || defined(__CUDA_ARCH__)
template <int Warpgroups> struct WarpgroupTurns {
  int warpgroup;

  __device__ __forceinline__ void start() const {
    if (warpgroup == Warpgroups - 1) pass();
  }
  __device__ __forceinline__ void take() const { ptx::barrier_sync(1 + warpgroup, 256); }
  __device__ __forceinline__ void pass() const { ptx::barrier_arrive(1 + (warpgroup + 1) % Warpgroups, 256); }
};
#endif
