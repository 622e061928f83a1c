// Write after read within a warp.
// launch 1 32 0 32
__global__ void missing_trailing_syncwarp(int* out, int* in, int n) {
  __shared__ int tile[32];
  int sum = 0;
  for (int round = 0; round < 2; ++round) {
    tile[threadIdx.x] = in[threadIdx.x];  //! race
    __syncwarp();
    sum += tile[31 - threadIdx.x];
#ifdef RIGHT
    __syncwarp();
#endif
  }
  out[threadIdx.x] = sum;
}
