// The last block's first thread has the fence, the block's barrier passes on what it saw.
// launch 4 32 0 32
__global__ void last_block_by_all(int* out, int* in, int n) {
  __shared__ bool last;
  if (threadIdx.x == 0) {
    out[blockIdx.x] = in[blockIdx.x + 1];
    __threadfence();
    last = atomicAdd(&in[0], 1) == (int)gridDim.x - 1;
    if (last) __threadfence();
  }
  __syncthreads();
  if (last && threadIdx.x < gridDim.x) out[threadIdx.x + 8] = out[threadIdx.x];
}
