// The counter is read while others still count.
// launch 1 64 0 64
__global__ void plain_read_of_a_counter(int* out, int* in, int n) {
  __shared__ int count;
  if (threadIdx.x == 0) count = 0;
  __syncthreads();
  atomicAdd(&count, 1);  //! race
#ifdef RIGHT
  __syncthreads();
#endif
  out[threadIdx.x] = count;  //! race
}
