// Dynamic shared memory is used, and the launch asks for none.
// launch 1 64 0 64
__global__ void no_dynamic_shared_given(int* out, int* in, int n) {
  extern __shared__ int buffer[];
#ifdef RIGHT
  if (n == 64) return;
#endif
  buffer[threadIdx.x] = in[threadIdx.x];  //! out-of-bounds
}
