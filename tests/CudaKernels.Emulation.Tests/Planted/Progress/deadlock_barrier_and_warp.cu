// Half of a warp waits for the block, the other half for the warp.
// launch 1 32 0 32
__global__ void deadlock_barrier_and_warp(int* out, int* in, int n) {
#ifdef RIGHT
  __syncwarp();
#else
  if (threadIdx.x < 16) __syncthreads();  //! deadlock
  else __syncwarp();  //! deadlock
#endif
  out[threadIdx.x] = n;
}
