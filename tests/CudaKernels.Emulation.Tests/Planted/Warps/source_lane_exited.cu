// The value comes from a lane that has returned.
// launch 1 32 0 32
__global__ void source_lane_exited(int* out, int* in, int n) {
#ifdef RIGHT
  const int source = 0;
#else
  const int source = 31;
#endif
  if (threadIdx.x >= 16) return;
  out[threadIdx.x] = __shfl_sync(0xffffffffu, in[threadIdx.x], source);  //! sync-misuse
}
