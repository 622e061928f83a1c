// The two halves of each warp wait at different barriers.
// launch 1 64 0 64
__global__ void barrier_in_one_branch(int* out, int* in, int n) {
#ifdef RIGHT
  __syncthreads();
#else
  if (threadIdx.x % 2 == 0) {
    __syncthreads();  //! barrier
  } else {
    __syncthreads();  //! barrier
  }
#endif
  out[threadIdx.x] = n;
}
