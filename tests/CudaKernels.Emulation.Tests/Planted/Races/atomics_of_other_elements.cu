// The fence is there, but the reader looks at another flag than the writer raised.
// launch 2 64 0 64
__global__ void atomics_of_other_elements(int* out, int* in, int n) {
  if (threadIdx.x != 0) return;
  if (blockIdx.x == 0) {
    out[0] = 1;
    __threadfence();
    atomicExch(&in[2], 1);
    atomicExch(&in[3], 1);
  } else {
#ifdef RIGHT
    while (atomicAdd(&in[2], 0) == 0) {
#else
    while (atomicAdd(&in[4], 1) < 100) {
#endif
    }
    __threadfence();
    out[1] = out[0];  //! race
  }
}
