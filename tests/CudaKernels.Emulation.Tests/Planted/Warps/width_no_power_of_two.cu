// The width of a shuffle is a power of two up to 32.
// launch 1 32 0 32
__global__ void width_no_power_of_two(int* out, int* in, int n) {
#ifdef RIGHT
  const int width = 8;
#else
  const int width = 12;
#endif
  out[threadIdx.x] = __shfl_sync(0xffffffffu, in[threadIdx.x], 0, width);  //! sync-misuse
}
