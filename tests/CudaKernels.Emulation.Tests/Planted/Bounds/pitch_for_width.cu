// Rows of 8 in a buffer whose last row has only 6: the padding of the last row is not there.
// launch 1 8 0 62
__global__ void pitch_for_width(int* out, int* in, int n) {
#ifdef RIGHT
  const int width = 6;
#else
  const int width = 8;
#endif
  for (int c = 0; c < width; ++c) out[threadIdx.x * 8 + c] = c;  //! out-of-bounds
}
