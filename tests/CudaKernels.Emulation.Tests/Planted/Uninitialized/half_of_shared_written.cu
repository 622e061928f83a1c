// Only the first warp fills the tile.
// launch 1 64 0 64
__global__ void half_of_shared_written(int* out, int* in, int n) {
  __shared__ int tile[64];
#ifdef RIGHT
  if (threadIdx.x < 64) tile[threadIdx.x] = 1;
#else
  if (threadIdx.x < 32) tile[threadIdx.x] = 1;
#endif
  __syncthreads();
  out[threadIdx.x] = tile[threadIdx.x];  //! uninitialized
}
