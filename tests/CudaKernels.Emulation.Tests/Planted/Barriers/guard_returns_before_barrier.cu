// The guard of a ragged last block returns before the barrier of the others.
// launch 2 64 0 100
__global__ void guard_returns_before_barrier(int* out, int* in, int n) {
  __shared__ int tile[64];
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
#ifndef RIGHT
  if (i >= n) return;
#endif
  tile[threadIdx.x] = i < n ? in[i] : 0;
  __syncthreads();  //! barrier
  if (i < n) out[i] = tile[threadIdx.x];
}
