// The first block waits for the second, which need not have started.
// launch 2 1 0 32
__global__ void waits_for_a_later_block(int* out, int* in, int n) {
#ifdef RIGHT
  const int waits = 1;
#else
  const int waits = 0;
#endif
  if (blockIdx.x == waits) {
    while (atomicAdd(&in[0], 0) == 0) {  //! hang
    }
  } else {
    atomicExch(&in[0], 1);
  }
}
