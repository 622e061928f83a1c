// __syncwarp orders one warp; the element comes from the other one.
// launch 1 64 0 64
__global__ void syncwarp_across_warps(int* out, int* in, int n) {
  __shared__ int tile[64];
  tile[threadIdx.x] = 0;
  __syncthreads();
  tile[threadIdx.x] = in[threadIdx.x];
#ifdef RIGHT
  __syncthreads();
#else
  __syncwarp();
#endif
  out[threadIdx.x] = tile[63 - threadIdx.x];  //! race
}
