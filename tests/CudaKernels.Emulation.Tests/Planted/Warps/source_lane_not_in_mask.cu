// The value comes from a lane that takes no part in the shuffle.
// launch 1 32 0 32
__global__ void source_lane_not_in_mask(int* out, int* in, int n) {
#ifdef RIGHT
  const int source = 3;
#else
  const int source = 20;
#endif
  if (threadIdx.x < 16) out[threadIdx.x] = __shfl_sync(0x0000ffffu, in[threadIdx.x], source);  //! sync-misuse
}
