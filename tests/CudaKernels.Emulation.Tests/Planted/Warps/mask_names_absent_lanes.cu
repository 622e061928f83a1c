// Half of the warp shuffles with a mask of all lanes, the other half waits elsewhere.
// launch 1 32 0 32
__global__ void mask_names_absent_lanes(int* out, int* in, int n) {
#ifdef RIGHT
  const unsigned mask = 0x0000ffffu;
#else
  const unsigned mask = 0xffffffffu;
#endif
  if (threadIdx.x < 16) out[threadIdx.x] = __shfl_xor_sync(mask, in[threadIdx.x], 1);  //! deadlock
  __syncthreads();  //! deadlock
}
