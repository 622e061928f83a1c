// A float as the sum of two tf32, to within a unit of its last place, sm_80 and above.
#pragma once
#include "common/numeric.cuh"

#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
#include "common/ptx/convert.cuh"

struct Tf32Parts {
  u32 big, small;
};

__device__ __forceinline__ Tf32Parts tf32_parts(float x) {
  const u32 big = ptx::to_tf32(x).bits & 0xffffe000u;  // the bits below tf32's are undefined
  return {big, ptx::to_tf32(x - __uint_as_float(big)).bits};
}
#endif
