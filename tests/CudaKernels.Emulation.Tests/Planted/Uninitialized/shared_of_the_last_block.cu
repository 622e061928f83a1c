// Shared memory does not outlive a block: what the first one wrote the second one cannot read.
// launch 2 64 0 64
__global__ void shared_of_the_last_block(int* out, int* in, int n) {
  __shared__ int tile[64];
#ifdef RIGHT
  tile[threadIdx.x] = in[threadIdx.x];
#else
  if (blockIdx.x == 0) tile[threadIdx.x] = in[threadIdx.x];
#endif
  __syncthreads();
  if (blockIdx.x == 1) out[threadIdx.x] = tile[63 - threadIdx.x];  //! uninitialized
}
