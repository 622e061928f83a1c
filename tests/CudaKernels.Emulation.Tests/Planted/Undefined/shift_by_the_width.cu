// A shift by 32 and more of a 32-bit number.
// launch 1 32 0 32
__global__ void shift_by_the_width(int* out, int* in, int n) {
#ifdef RIGHT
  const unsigned count = threadIdx.x;
#else
  const unsigned count = n + threadIdx.x;
#endif
  out[threadIdx.x] = 1u << count;  //! undefined
}
