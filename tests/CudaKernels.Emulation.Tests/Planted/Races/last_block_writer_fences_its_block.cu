// The last block sums what the others wrote; their fence before the counter is one for the threads of their own block.
// launch 4 32 0 32
__global__ void last_block_writer_fences_its_block(int* out, int* in, int n) {
  __shared__ bool last;
  if (threadIdx.x == 0) {
    out[blockIdx.x] = in[blockIdx.x + 1];
#ifdef RIGHT
    __threadfence();
#else
    __threadfence_block();
#endif
    last = atomicAdd(&in[0], 1) == (int)gridDim.x - 1;
  }
  __syncthreads();
  if (!last || threadIdx.x != 0) return;
  __threadfence();
  int sum = 0;
  for (int i = 0; i < gridDim.x; ++i) sum += out[i];  //! race
  out[31] = sum;
}
