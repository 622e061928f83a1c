// Read after write: the tile is read before the other warp has filled it.
// launch 1 64 0 64
__global__ void missing_barrier(int* out, int* in, int n) {
  __shared__ int tile[64];
  tile[threadIdx.x] = 0;
  __syncthreads();
  tile[threadIdx.x] = in[threadIdx.x];
#ifdef RIGHT
  __syncthreads();
#endif
  out[threadIdx.x] = tile[63 - threadIdx.x];  //! race
}
