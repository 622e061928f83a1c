// Every block adds to one sum without an atomic.
// launch 4 32 0 32
__global__ void two_blocks_add(int* out, int* in, int n) {
#ifdef RIGHT
  if (threadIdx.x == 0) atomicAdd(&in[0], 1);
#else
  if (threadIdx.x == 0) in[0] += 1;  //! race
#endif
}
