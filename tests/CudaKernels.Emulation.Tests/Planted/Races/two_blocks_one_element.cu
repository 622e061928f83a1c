// Both blocks write the first element.
// launch 2 32 0 32
__global__ void two_blocks_one_element(int* out, int* in, int n) {
#ifdef RIGHT
  if (threadIdx.x == 0) in[blockIdx.x] = blockIdx.x;
#else
  if (threadIdx.x == 0) in[0] = blockIdx.x;  //! race
#endif
}
