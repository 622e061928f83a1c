// One block sets the counter in which the other one counts.
// launch 2 32 0 32
__global__ void plain_against_atomic(int* out, int* in, int n) {
  if (blockIdx.x == 0) {
#ifdef RIGHT
    if (threadIdx.x == 0) atomicExch(&in[0], 0);
#else
    if (threadIdx.x == 0) in[0] = 0;
#endif
  } else {
    atomicAdd(&in[0], 1);  //! race
  }
}
