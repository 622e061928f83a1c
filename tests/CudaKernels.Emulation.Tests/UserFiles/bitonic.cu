// Bitonic sort: one step over global memory, and a whole sort of one block in shared memory.
#include <algorithm>
#include <cuda_runtime.h>
#include <iostream>
using namespace std;

__device__ inline void comparator(int& a, int& b, bool ascending) {
  if ((a > b) == ascending) {
    int t = a;
    a = b;
    b = t;
  }
}

// 2 * blockDim.x elements.
__global__ void bitonic_shared(int* data, int n) {
  extern __shared__ int keys[];
  keys[threadIdx.x] = data[threadIdx.x];
  keys[threadIdx.x + n / 2] = data[threadIdx.x + n / 2];
  for (int size = 2; size < n; size <<= 1) {
    bool ascending = (threadIdx.x & (size / 2)) == 0;
    for (int stride = size / 2; stride > 0; stride >>= 1) {
      __syncthreads();
      int pos = 2 * threadIdx.x - (threadIdx.x & (stride - 1));
      comparator(keys[pos], keys[pos + stride], ascending);
    }
  }
  for (int stride = n / 2; stride > 0; stride >>= 1) {
    __syncthreads();
    int pos = 2 * threadIdx.x - (threadIdx.x & (stride - 1));
    comparator(keys[pos], keys[pos + stride], true);
  }
  __syncthreads();
  data[threadIdx.x] = keys[threadIdx.x];
  data[threadIdx.x + n / 2] = keys[threadIdx.x + n / 2];
}

__global__ void bitonic_step(float* values, int j, int k) {
  unsigned int i = threadIdx.x + blockDim.x * blockIdx.x;
  unsigned int ixj = i ^ j;
  if (ixj > i) {
    if ((i & k) == 0 ? values[i] > values[ixj] : values[i] < values[ixj]) {
      float temp = values[i];
      values[i] = values[ixj];
      values[ixj] = temp;
    }
  }
}

void bitonic_sort(float* values, int n) {
  for (int k = 2; k <= n; k <<= 1)
    for (int j = k >> 1; j > 0; j = j >> 1) bitonic_step<<<n / 256, 256>>>(values, j, k);
  cudaDeviceSynchronize();
  cout << "sorted" << endl;
}
