// A flag between two warps, with a fence of the block on either side; then one between blocks, with a fence of the device after one of the block.
// launch 2 64 0 64
__global__ void block_fences_between_warps(int* out, int* in, int n) {
  __shared__ int flag;
  if (threadIdx.x == 0) flag = 0;
  __syncthreads();
  if (threadIdx.x == 0) {
    out[2 * blockIdx.x] = 1;
    __threadfence_block();
    atomicExch(&flag, 1);
  }
  if (threadIdx.x == 32) {
    while (atomicAdd(&flag, 0) == 0) {
    }
    __threadfence_block();
    out[2 * blockIdx.x + 1] = out[2 * blockIdx.x];
    __threadfence();
    __threadfence_block();
    if (atomicAdd(&in[0], 1) != 1) return;
    __threadfence_block();
    __threadfence();
    out[4] = out[0] + out[1] + out[2] + out[3];
  }
}
