// The registers of a warpgroup's threads, changed while the kernel runs: producers give back what consumers take. sm_90a.
#pragma once
#include "common/numeric.cuh"

#if defined(CK_EMU)
#include "device/ptx/setmaxnreg.h"
#elif defined(__CUDA_ARCH_FEAT_SM90_ALL)
namespace ptx {
// setmaxnreg: by every warp of the warpgroup; a multiple of 8 from 24 to 256. The kernel needs __launch_bounds__.
template <int Registers> __device__ __forceinline__ void setmaxnreg_inc() {
  static_assert(Registers >= 24 && Registers <= 256 && Registers % 8 == 0, "setmaxnreg takes a multiple of 8 from 24 to 256");
  asm volatile("setmaxnreg.inc.sync.aligned.u32 %0;" ::"n"(Registers) : "memory");
}
template <int Registers> __device__ __forceinline__ void setmaxnreg_dec() {
  static_assert(Registers >= 24 && Registers <= 256 && Registers % 8 == 0, "setmaxnreg takes a multiple of 8 from 24 to 256");
  asm volatile("setmaxnreg.dec.sync.aligned.u32 %0;" ::"n"(Registers) : "memory");
}
}  // namespace ptx
#endif
