// Write after read: the next round overwrites the tile while others still read it.
// launch 1 64 0 64
__global__ void missing_trailing_barrier(int* out, int* in, int n) {
  __shared__ int tile[64];
  int sum = 0;
  for (int round = 0; round < 2; ++round) {
    tile[threadIdx.x] = in[threadIdx.x];  //! race
    __syncthreads();
    sum += tile[63 - threadIdx.x];
#ifdef RIGHT
    __syncthreads();
#endif
  }
  out[threadIdx.x] = sum;
}
