// Each block counts by atomics of its own scope, in its own words of global and of shared memory; between them one of the device's. A
// flag of that scope orders its warps.
// launch 4 64 0 64
__global__ void atomics_of_one_block(int* out, int* in, int n) {
  __shared__ int sum;
  int* mine = in + 8 * blockIdx.x;
  if (threadIdx.x == 0) sum = 0;
  __syncthreads();
  atomicAdd_block(&sum, 1);
  atomicAdd_block(&mine[0], 1);
  atomicMax_system(&mine[0], 1);
  atomicInc_block((unsigned*)&mine[1], 63);
  if (threadIdx.x == 32) {
    out[blockIdx.x] = 5;
    __threadfence_block();
    atomicExch_block(&mine[2], 1);
  } else if (threadIdx.x == 0) {
    while (atomicAdd_block(&mine[2], 0) == 0) {
    }
    __threadfence_block();
    out[16 + blockIdx.x] = out[blockIdx.x];
  }
  __syncthreads();
  if (threadIdx.x == 1) mine[3] = mine[0] + sum;
}
