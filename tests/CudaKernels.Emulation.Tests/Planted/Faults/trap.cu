// The kernel stops itself.
// launch 1 32 0 32
__global__ void trap(int* out, int* in, int n) {
#ifdef RIGHT
  if (in[0] != 0) {
#else
  if (in[0] == 0) {
#endif
    __trap();  //! fault
  }
  out[threadIdx.x] = n;
}
