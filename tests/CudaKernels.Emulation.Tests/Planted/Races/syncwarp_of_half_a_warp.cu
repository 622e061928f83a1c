// Each half of the warp waits for itself, and the element comes from the other half.
// launch 1 32 0 32
__global__ void syncwarp_of_half_a_warp(int* out, int* in, int n) {
  __shared__ int tile[32];
  tile[threadIdx.x] = 0;
  __syncwarp();
  tile[threadIdx.x] = in[threadIdx.x];
#ifdef RIGHT
  __syncwarp(0xffffffffu);
#else
  __syncwarp(threadIdx.x < 16 ? 0x0000ffffu : 0xffff0000u);
#endif
  out[threadIdx.x] = tile[31 - threadIdx.x];  //! race
}
