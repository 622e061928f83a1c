// The lowest integer has no positive twin.
// launch 1 32 0 32
__global__ void negated_lowest(int* out, int* in, int n) {
#ifdef RIGHT
  const int lowest = -2147483647 + in[0];
#else
  const int lowest = -2147483647 - 1 + in[0];
#endif
  out[threadIdx.x] = -lowest;  //! undefined
}
