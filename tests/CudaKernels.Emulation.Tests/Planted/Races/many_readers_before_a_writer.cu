// Every thread reads the element that the first one then overwrites.
// launch 1 128 0 128
__global__ void many_readers_before_a_writer(int* out, int* in, int n) {
  __shared__ int shared_value;
  if (threadIdx.x == 0) shared_value = n;
  __syncthreads();
  out[threadIdx.x] = shared_value;
#ifdef RIGHT
  __syncthreads();
#endif
  if (threadIdx.x == 0) shared_value = 2 * n;  //! race
}
