// A flag between two warps, with a fence on either side.
// launch 1 64 0 64
__global__ void flag_between_warps(int* out, int* in, int n) {
  __shared__ int flag;
  if (threadIdx.x == 0) flag = 0;
  __syncthreads();
  if (threadIdx.x == 0) {
    out[0] = 1;
    __threadfence();
    atomicExch(&flag, 1);
  }
  if (threadIdx.x == 32) {
    while (atomicAdd(&flag, 0) == 0) {
    }
    __threadfence();
    out[1] = out[0];
  }
}
