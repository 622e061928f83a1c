// The left neighbour of the first element of dynamic shared memory.
// launch 1 64 256 64
__global__ void dynamic_shared_before_start(int* out, int* in, int n) {
  extern __shared__ int buffer[];
  buffer[threadIdx.x] = in[threadIdx.x];
  __syncthreads();
#ifdef RIGHT
  const int left = (int)threadIdx.x - (threadIdx.x != 0);
#else
  const int left = (int)threadIdx.x - 1;
#endif
  out[threadIdx.x] = buffer[left];  //! out-of-bounds
}
