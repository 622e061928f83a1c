// An index beyond one shared array that another one follows in memory.
// launch 1 64 0 64
__global__ void overrun_into_next_variable(int* out, int* in, int n) {
  __shared__ int first[64];
  __shared__ int second[64];
  first[threadIdx.x] = 1;
  second[threadIdx.x] = 2;
  __syncthreads();
#ifdef RIGHT
  const int shift = 0;
#else
  const int shift = 64;
#endif
  out[threadIdx.x] = second[threadIdx.x] + first[threadIdx.x + shift];  //! out-of-bounds
}
