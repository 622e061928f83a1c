// The lanes of a warp run apart since Volta: neighbours exchange through memory only with __syncwarp.
// launch 1 32 0 32
__global__ void missing_syncwarp(int* out, int* in, int n) {
  __shared__ int tile[32];
  tile[threadIdx.x] = 0;
  __syncwarp();
  tile[threadIdx.x] = in[threadIdx.x];
#ifdef RIGHT
  __syncwarp();
#endif
  out[threadIdx.x] = tile[31 - threadIdx.x];  //! race
}
