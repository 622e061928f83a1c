// The last block sums what the others wrote; its own fence after the counter is one for the threads of its block.
// launch 4 32 0 32
__global__ void last_block_reader_fences_its_block(int* out, int* in, int n) {
  if (threadIdx.x != 0) return;
  out[blockIdx.x] = in[blockIdx.x + 1];
  __threadfence();
  if (atomicAdd(&in[0], 1) != (int)gridDim.x - 1) return;
#ifdef RIGHT
  __threadfence();
#else
  __threadfence_block();
#endif
  int sum = 0;
  for (int i = 0; i < gridDim.x; ++i) sum += out[i];  //! race
  out[31] = sum;
}
