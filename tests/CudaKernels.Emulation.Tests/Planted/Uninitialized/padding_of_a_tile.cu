// The padding column of a tile is read as if it were data.
// launch 1 32 0 32
__global__ void padding_of_a_tile(int* out, int* in, int n) {
  __shared__ int tile[8][5];
  if (threadIdx.x < 32) tile[threadIdx.x / 4][threadIdx.x % 4] = in[threadIdx.x];
  __syncthreads();
#ifdef RIGHT
  const int column = threadIdx.x % 4;
#else
  const int column = threadIdx.x % 5;
#endif
  out[threadIdx.x] = tile[threadIdx.x / 5][column];  //! uninitialized
}
