// The lowest integer divided by -1 has no result.
// launch 1 32 0 32
__global__ void lowest_by_minus_one(int* out, int* in, int n) {
#ifdef RIGHT
  const int lowest = -2147483647 + in[0];
#else
  const int lowest = -2147483647 - 1 + in[0];
#endif
  out[threadIdx.x] = lowest / (in[0] - 1);  //! undefined
}
