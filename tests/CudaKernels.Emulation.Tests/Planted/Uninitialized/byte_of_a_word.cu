// The fourth byte of each word is never written.
// launch 1 32 0 32
__global__ void byte_of_a_word(int* out, int* in, int n) {
  __shared__ unsigned char bytes[128];
#ifdef RIGHT
  for (int i = 0; i < 4; ++i) bytes[4 * threadIdx.x + i] = 1;
#else
  for (int i = 0; i < 3; ++i) bytes[4 * threadIdx.x + i] = 1;
#endif
  out[threadIdx.x] = bytes[4 * threadIdx.x + (n - 29)];  //! uninitialized
}
