// The atomic counter of an element that does not exist.
// launch 2 64 0 100
__global__ void atomic_over_the_end(int* out, int* in, int n) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
#ifdef RIGHT
  if (i < n)
#endif
  atomicAdd(&in[i], 1);  //! out-of-bounds
}
