// A block of 16 threads reduces as if it had a whole warp.
// launch 1 16 0 32
__global__ void shuffle_down_in_half_a_warp(int* out, int* in, int n) {
  int value = in[threadIdx.x];
#ifdef RIGHT
  const int first = 8;
#else
  const int first = 16;
#endif
  for (int distance = first; distance > 0; distance /= 2) value += __shfl_xor_sync(0x0000ffffu, value, distance);  //! sync-misuse
  out[threadIdx.x] = value;
}
