// One thread more than the launch has given bytes for.
// launch 1 64 256 64
__global__ void dynamic_shared_overrun(int* out, int* in, int n) {
  extern __shared__ int buffer[];
#ifdef RIGHT
  const int at = threadIdx.x;
#else
  const int at = threadIdx.x + 1;
#endif
  buffer[at] = in[threadIdx.x];  //! out-of-bounds
}
