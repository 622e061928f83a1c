// A share of no parts.
// launch 1 32 0 32
__global__ void division_by_zero(int* out, int* in, int n) {
#ifdef RIGHT
  const int parts = in[threadIdx.x] + 1;
#else
  const int parts = in[threadIdx.x];
#endif
  out[threadIdx.x] = n / parts;  //! undefined
}
