// A shift by a negative count.
// launch 1 32 0 32
__global__ void negative_shift(int* out, int* in, int n) {
#ifdef RIGHT
  const int count = threadIdx.x;
#else
  const int count = (int)threadIdx.x - 8;
#endif
  out[threadIdx.x] = n >> count;  //! undefined
}
