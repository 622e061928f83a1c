// The sum of two large signed numbers.
// launch 1 32 0 32
__global__ void sum_overflow(int* out, int* in, int n) {
#ifdef RIGHT
  const unsigned big = 2147483647;
#else
  const int big = 2147483647;
#endif
  out[threadIdx.x] = big + n;  //! undefined
}
