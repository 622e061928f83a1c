// Both blocks use a fence, but nothing tells the second one that the first one has written.
// launch 2 32 0 32
__global__ void fence_without_flag(int* out, int* in, int n) {
  if (blockIdx.x == 0) {
    if (threadIdx.x == 0) in[1] = 7;
    __threadfence();
    if (threadIdx.x == 0) atomicExch(&in[0], 1);
  } else if (threadIdx.x == 0) {
#ifdef RIGHT
    while (atomicAdd(&in[0], 0) == 0) {
    }
#endif
    __threadfence();
    out[0] = in[1];  //! race
  }
}
