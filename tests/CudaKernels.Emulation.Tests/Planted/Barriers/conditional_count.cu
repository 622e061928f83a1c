// Half of a warp takes part in the count, the other half goes on to the next barrier.
// launch 1 64 0 64
__global__ void conditional_count(int* out, int* in, int n) {
  int count = 0;
#ifdef RIGHT
  count = __syncthreads_count(in[threadIdx.x] == 0);
#else
  if (threadIdx.x % 2 == 0) count = __syncthreads_count(in[threadIdx.x] == 0);  //! barrier
#endif
  __syncthreads();  //! barrier
  out[threadIdx.x] = count;
}
