// One thread has returned, and the others of its warp wait.
// launch 1 64 0 64
__global__ void return_before_barrier(int* out, int* in, int n) {
#ifdef RIGHT
  const bool idle = false;
#else
  const bool idle = threadIdx.x == 5;
#endif
  if (idle) return;
  __syncthreads();  //! barrier
  out[threadIdx.x] = n;
}
