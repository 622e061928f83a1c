// An assertion that does not hold.
// launch 1 32 0 32
__global__ void failed_assertion(int* out, int* in, int n) {
#ifdef RIGHT
  const int least = n;
#else
  const int least = n + 1;
#endif
  assert(n >= least);  //! assert
  out[threadIdx.x] = n;
}
