// Lanes call a shuffle whose mask does not name them.
// launch 1 32 0 32
__global__ void lane_outside_its_mask(int* out, int* in, int n) {
#ifdef RIGHT
  const unsigned mask = 0xffffffffu;
#else
  const unsigned mask = 0x0000ffffu;
#endif
  out[threadIdx.x] = __shfl_sync(mask, in[threadIdx.x], 0);  //! sync-misuse
}
