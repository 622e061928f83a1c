// The loop runs once more than the local array is long.
// launch 1 4 0 64
__global__ void local_array_overrun(int* out, int* in, int n) {
  int last[8];
#ifdef RIGHT
  const int count = 8;
#else
  const int count = 9;
#endif
  for (int i = 0; i < count; ++i) last[i] = in[i];  //! out-of-bounds
  out[threadIdx.x] = last[in[0]];
}
