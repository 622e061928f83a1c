// The warp-synchronous style of before Volta: volatile orders no lanes.
// launch 1 32 0 32
__global__ void volatile_for_syncwarp(int* out, int* in, int n) {
  __shared__ volatile int tile[64];
  tile[threadIdx.x] = tile[threadIdx.x + 32] = 0;
  __syncwarp();
  tile[threadIdx.x] = in[threadIdx.x];  //! race
#ifdef RIGHT
  __syncwarp();
#endif
  const int sum = tile[threadIdx.x] + tile[threadIdx.x + 1];  //! race
#ifdef RIGHT
  __syncwarp();
#endif
  tile[threadIdx.x] = sum;  //! race
  out[threadIdx.x] = sum;
}
