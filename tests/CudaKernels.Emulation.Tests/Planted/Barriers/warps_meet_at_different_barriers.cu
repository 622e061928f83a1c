// Whole warps meet at two different barriers: the hardware lets them pass, CUDA asks for one barrier of all.
// launch 1 64 0 64
__global__ void warps_meet_at_different_barriers(int* out, int* in, int n) {
  __shared__ int tile[64];
#ifdef RIGHT
  const bool second = false;
#else
  const bool second = threadIdx.x >= 32;
#endif
  if (second) {
    __syncthreads();  //! note
    tile[threadIdx.x] = 1;
  } else {
    tile[threadIdx.x] = 1;
    __syncthreads();  //! note
  }
  out[threadIdx.x] = n;
}
