// The last thread writes behind the tile; a pointer hides the length from the compiler.
// launch 1 64 0 64
__global__ void static_shared_overrun(int* out, int* in, int n) {
  __shared__ int tile[64];
  int* p = tile;
#ifdef RIGHT
  const int shift = n - 64;
#else
  const int shift = n - 63;
#endif
  p[threadIdx.x + shift] = in[threadIdx.x];  //! out-of-bounds
  __syncthreads();
  out[threadIdx.x] = p[63 - threadIdx.x];
}
