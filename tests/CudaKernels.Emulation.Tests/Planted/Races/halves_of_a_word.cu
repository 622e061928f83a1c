// Two threads share a word of shorts, and each reads the other's half.
// launch 1 64 0 64
__global__ void halves_of_a_word(int* out, int* in, int n) {
  __shared__ short tile[64];
  tile[threadIdx.x] = 0;
  __syncthreads();
  tile[threadIdx.x] = (short)threadIdx.x;
#ifdef RIGHT
  out[threadIdx.x] = tile[threadIdx.x];
#else
  out[threadIdx.x] = tile[threadIdx.x ^ 1];  //! race
#endif
}
