// A ring of one slot where two are needed: the next tile is written while the last one is read.
// launch 1 64 0 64
__global__ void double_buffer_one_slot(int* out, int* in, int n) {
  __shared__ int ring[2][64];
  int sum = 0;
  for (int round = 0; round < 4; ++round) {
#ifdef RIGHT
    int* tile = ring[round % 2];
#else
    int* tile = ring[round % 1];
#endif
    tile[threadIdx.x] = in[threadIdx.x];  //! race
    __syncthreads();
    sum += tile[63 - threadIdx.x];
  }
  out[threadIdx.x] = sum;
}
