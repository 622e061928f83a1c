// One half of the warp shuffles by index, the other half by distance: they are different instructions.
// launch 1 32 0 32
__global__ void shuffle_kinds_meet(int* out, int* in, int n) {
#ifdef RIGHT
  const bool odd = false;
#else
  const bool odd = threadIdx.x % 2 == 1;
#endif
  if (odd) out[threadIdx.x] = __shfl_sync(0xffffffffu, n, 0);  //! sync-misuse
  else out[threadIdx.x] = __shfl_xor_sync(0xffffffffu, n, 2);  //! sync-misuse
}
