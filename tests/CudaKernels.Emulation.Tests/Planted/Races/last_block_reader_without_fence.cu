// The last block sums what the others wrote; its own fence after the counter is missing.
// launch 4 32 0 32
__global__ void last_block_reader_without_fence(int* out, int* in, int n) {
  __shared__ bool last;
  if (threadIdx.x == 0) {
    out[blockIdx.x] = in[blockIdx.x + 1];
    __threadfence();
    last = atomicAdd(&in[0], 1) == (int)gridDim.x - 1;
  }
  __syncthreads();
  if (!last || threadIdx.x != 0) return;
#ifdef RIGHT
  __threadfence();
#endif
  int sum = 0;
  for (int i = 0; i < gridDim.x; ++i) sum += out[i];  //! race
  out[31] = sum;
}
