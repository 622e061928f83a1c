// A segment of 64 lanes in a warp of 32.
// launch 1 32 0 32
__global__ void width_above_32(int* out, int* in, int n) {
#ifdef RIGHT
  const int width = 32;
#else
  const int width = 64;
#endif
  out[threadIdx.x] = __shfl_down_sync(0xffffffffu, in[threadIdx.x], 1, width);  //! sync-misuse
}
