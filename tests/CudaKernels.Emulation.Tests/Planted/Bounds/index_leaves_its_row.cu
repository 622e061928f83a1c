// A ninth column of eight: inside the tile, but in the next row.
// launch 1 4 0 64
__global__ void index_leaves_its_row(int* out, int* in, int n) {
  __shared__ int tile[4][8];
#ifdef RIGHT
  const int columns = 8;
#else
  const int columns = 9;
#endif
  for (int c = 0; c < columns; ++c) tile[threadIdx.x][c] = n;  //! out-of-bounds
  __syncwarp(0xf);
  out[threadIdx.x] = tile[threadIdx.x][0];
}
