// A loop that touches no memory and never ends: the step is zero.
// launch 1 1 0 32
__global__ void endless_loop_without_accesses(int* out, int* in, int n) {
#ifdef RIGHT
  const unsigned step = 1;
#else
  const unsigned step = (unsigned)in[0];
#endif
  unsigned i = n;
  while (i != 0) i -= step;  //! hang
  out[0] = i;
}
