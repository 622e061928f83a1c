// A mask of no lanes.
// launch 1 32 0 32
__global__ void empty_mask(int* out, int* in, int n) {
#ifdef RIGHT
  const unsigned mask = 0xffffffffu;
#else
  const unsigned mask = 0;
#endif
  __syncwarp(mask);  //! sync-misuse
  out[threadIdx.x] = n;
}
