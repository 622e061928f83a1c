// Either half of a warp shuffles in its own branch and under its own mask.
// launch 1 32 0 32
__global__ void shuffles_in_two_branches(int* out, int* in, int n) {
  if (threadIdx.x < 16) out[threadIdx.x] = __shfl_xor_sync(0x0000ffffu, in[threadIdx.x], 1);
  else out[threadIdx.x] = __shfl_down_sync(0xffff0000u, in[threadIdx.x], 1, 16);
}
