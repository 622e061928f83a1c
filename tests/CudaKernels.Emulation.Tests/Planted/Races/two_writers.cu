// Write after write: two warps write the same element, and which one stays is chance.
// launch 1 64 0 64
__global__ void two_writers(int* out, int* in, int n) {
  __shared__ int tile[64];
#ifdef RIGHT
  tile[threadIdx.x] = threadIdx.x;
#else
  tile[threadIdx.x % 32] = threadIdx.x;  //! race
#endif
  __syncthreads();
  out[threadIdx.x] = tile[threadIdx.x % 32];
}
