// A shuffle brings lanes together, but orders no memory.
// launch 1 32 0 32
__global__ void shuffle_as_fence(int* out, int* in, int n) {
  __shared__ int tile[32];
  tile[threadIdx.x] = 0;
  __syncwarp();
  tile[threadIdx.x] = in[threadIdx.x];
  const int other = __shfl_xor_sync(0xffffffffu, 1, 1);
#ifdef RIGHT
  __syncwarp();
#endif
  out[threadIdx.x] = tile[31 - threadIdx.x] + other;  //! race
}
