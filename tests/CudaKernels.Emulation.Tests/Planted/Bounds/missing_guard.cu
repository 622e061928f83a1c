// The grid has more threads than there are elements, and nothing holds the last ones back.
// launch 2 64 0 100
__global__ void missing_guard(int* out, int* in, int n) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
#ifdef RIGHT
  if (i >= n) return;
#endif
  out[i] = in[i];  //! out-of-bounds
}
