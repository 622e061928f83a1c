// The first warp's lanes part and meet at barriers of different lines.
// launch 1 64 0 64
__global__ void different_lines(int* out, int* in, int n) {
#ifdef RIGHT
  const bool odd = false;
#else
  const bool odd = threadIdx.x % 2 == 1;
#endif
  if (odd) {
    __syncthreads();  //! barrier
    out[threadIdx.x] = 1;
    return;
  }
  __syncthreads();  //! barrier
  out[threadIdx.x] = 0;
}
