// A histogram of bytes: counts in shared memory, merged by atomics.
#include <cuda_runtime.h>
#include <stdint.h>
#include <stdlib.h>

#define BINS 256
typedef unsigned int uint;

__global__ void histogram(const uint8_t* data, uint* bins, int n) {
  __shared__ uint local[BINS];
  for (int i = threadIdx.x; i < BINS; i += blockDim.x) local[i] = 0;
  __syncthreads();
  for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n; i += gridDim.x * blockDim.x) atomicAdd(&local[data[i]], 1u);
  __syncthreads();
  for (int i = threadIdx.x; i < BINS; i += blockDim.x)
    if (local[i] > 0) atomicAdd(bins + i, local[i]);
}

static uint8_t* h_data = NULL;
static cudaStream_t stream;

extern "C" void histogram256(uint* d_bins, uint8_t* d_data, int n) {
  cudaStreamCreate(&stream);
  h_data = (uint8_t*)malloc(n);
  histogram<<<240, 192, 0, stream>>>(d_data, d_bins, n);
}
