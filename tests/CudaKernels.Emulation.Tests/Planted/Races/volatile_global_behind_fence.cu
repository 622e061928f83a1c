// Lanes that add in step over global memory, behind a fence: only the first write behind it may be a flag.
// launch 1 32 0 64
__global__ void volatile_global_behind_fence(int* out, int* in, int n) {
  volatile int* sums = in;
  __threadfence();
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
