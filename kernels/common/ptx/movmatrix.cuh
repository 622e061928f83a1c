// movmatrix: transposes an 8x8 matrix of 16-bit elements that a warp holds as one fragment register per lane.
#pragma once
#include "common/numeric.cuh"

#if defined(CK_EMU)
#include "device/ptx/movmatrix.h"
#else
namespace ptx {
// movmatrix.sync.aligned.m8n8.trans.b16: row l/4, columns 2(l%4) and 2(l%4) + 1 of the transpose for lane l.
__device__ __forceinline__ u32 movmatrix_trans(u32 a) {
  u32 d;
  asm volatile("movmatrix.sync.aligned.m8n8.trans.b16 %0, %1;" : "=r"(d) : "r"(a));
  return d;
}
}  // namespace ptx
#endif
