// Lanes that shall meet name different masks, so that they wait for each other in vain.
// launch 1 32 0 32
__global__ void different_masks(int* out, int* in, int n) {
#ifdef RIGHT
  const unsigned mask = 0xffffffffu;
#else
  const unsigned mask = threadIdx.x % 2 == 0 ? 0xffffffffu : 0xfffffffeu;
#endif
  out[threadIdx.x] = __shfl_xor_sync(mask, in[threadIdx.x], 2);  //! deadlock
}
