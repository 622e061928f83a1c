// The warp-synchronous style over global memory, where volatile is also how flags are read: the lanes of a warp add in step.
// launch 1 32 0 64
__global__ void volatile_global_for_syncwarp(int* out, int* in, int n) {
  volatile int* sums = in;
  for (int step = 16; step > 0; step /= 2) {
    const int sum = sums[threadIdx.x] + sums[threadIdx.x + step];  //! race
#ifdef RIGHT
    __syncwarp();
#endif
    sums[threadIdx.x] = sum;  //! race
#ifdef RIGHT
    __syncwarp();
#endif
  }
  if (threadIdx.x == 0) out[0] = sums[0];
}
