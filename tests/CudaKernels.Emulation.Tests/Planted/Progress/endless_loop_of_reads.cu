// A search without an end: the step is zero.
// launch 1 32 0 32
__global__ void endless_loop_of_reads(int* out, int* in, int n) {
  volatile int* p = in;
#ifdef RIGHT
  const int step = 1;
#else
  const int step = in[0];
#endif
  int i = 0;
  while (i < n && p[i] != 1) i += step;  //! hang
  out[threadIdx.x] = i;
}
