// A reduction by halves needs a barrier in every round.
// launch 1 64 0 64
__global__ void tree_without_barriers(int* out, int* in, int n) {
  __shared__ int part[64];
  part[threadIdx.x] = in[threadIdx.x];
  __syncthreads();
  for (int half = 32; half > 0; half /= 2) {
    if (threadIdx.x < half) part[threadIdx.x] += part[threadIdx.x + half];  //! race
#ifdef RIGHT
    __syncthreads();
#endif
  }
  if (threadIdx.x == 0) out[0] = part[0];
}
