// Two warps read before the barrier of the writer, one lane of the third after it.
// launch 1 96 0 96
__global__ void reader_between_ordered_readers(int* out, int* in, int n) {
  __shared__ int value, result;
  if (threadIdx.x == 0) value = n;
  __syncthreads();
  if (threadIdx.x < 64) out[threadIdx.x] = value;
  __syncthreads();
  if (threadIdx.x == 64) out[64] = value;
  if (threadIdx.x >= 80) out[threadIdx.x] = value;
#ifdef RIGHT
  __syncthreads();
#endif
  if (threadIdx.x == 64) value = 0;  //! race
}
