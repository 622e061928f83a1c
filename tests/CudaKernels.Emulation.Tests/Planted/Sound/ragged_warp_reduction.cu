// The last warp has 16 lanes, which reduce under the mask of those there are.
// launch 1 48 0 48
__global__ void ragged_warp_reduction(int* out, int* in, int n) {
  const unsigned mask = threadIdx.x < 32 ? 0xffffffffu : 0x0000ffffu;
  int value = in[threadIdx.x];
  for (int distance = threadIdx.x < 32 ? 16 : 8; distance > 0; distance /= 2) value += __shfl_xor_sync(mask, value, distance);
  out[threadIdx.x] = value;
}
