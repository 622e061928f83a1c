// A flag says that the value is there; without fences it says nothing of the value.
// launch 1 64 0 64
__global__ void flag_without_fence(int* out, int* in, int n) {
  __shared__ int flag;
  if (threadIdx.x == 0) flag = 0;
  __syncthreads();
  if (threadIdx.x == 0) {
    out[0] = 1;
#ifdef RIGHT
    __threadfence();
#endif
    atomicExch(&flag, 1);
  }
  if (threadIdx.x == 32) {
    while (atomicAdd(&flag, 0) == 0) {
    }
    __threadfence();
    out[1] = out[0];  //! race
  }
}
