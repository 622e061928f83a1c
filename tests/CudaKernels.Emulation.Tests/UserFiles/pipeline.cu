// Asynchronous copies by the primitives of <cuda_pipeline.h>.
#include <cuda_pipeline.h>

__global__ void reversed(const float* in, float* out) {
  __shared__ alignas(16) float tile[128];
  __pipeline_memcpy_async(&tile[4 * threadIdx.x], in + 4 * threadIdx.x, 16);
  __pipeline_commit();
#ifndef FORGETS
  __pipeline_wait_prior(0);
#endif
  __syncthreads();
  for (int i = threadIdx.x; i < 128; i += 32) out[i] = tile[127 - i];
}
