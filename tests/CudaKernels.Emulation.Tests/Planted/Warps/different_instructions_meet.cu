// One half of the warp votes where the other half shuffles.
// launch 1 32 0 32
__global__ void different_instructions_meet(int* out, int* in, int n) {
#ifdef RIGHT
  const bool votes = false;
#else
  const bool votes = threadIdx.x % 2 == 0;
#endif
  if (votes) out[threadIdx.x] = __any_sync(0xffffffffu, n);  //! sync-misuse
  else out[threadIdx.x] = __shfl_sync(0xffffffffu, n, 0);  //! sync-misuse
}
