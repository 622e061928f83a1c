// y[b][r][c] = x[b][c][r] for a batch of matrices, bit for bit: the copies in which the dimension that is dense in memory changes.
//
// Moves rows * columns elements in and out. Read or written straight, one of the two sides would touch a memory sector per element;
// so a block of 32 x 8 threads takes a tile of 32 x 32 elements through shared memory, and both sides move whole rows of 32. The
// tile's rows are 33 elements apart: a column of 4-byte elements then lies in 32 different banks. The element type only stands for
// its size. Tiles lie along the grid's x (columns of y first), the matrices of a batch along y.
#include "common/numeric.cuh"

constexpr int kTile = 32;
constexpr int kRowsAtOnce = 8;

template <class T>
__global__ void __launch_bounds__(kTile * kRowsAtOnce) transpose(
    T* y,        // [batch, rows, columns], rows y_step apart
    const T* x,  // [batch, columns, rows], columns x_step apart
    i64 rows, i64 columns, i64 y_step, i64 x_step,
    i64 batch, i64 y_batch, i64 x_batch) {  // matrices, and the steps between them
  __shared__ T tile[kTile][kTile + 1];
  const i64 tiles_across = (columns + kTile - 1) / kTile;
  const i64 row = blockIdx.x / tiles_across * kTile, column = blockIdx.x % tiles_across * kTile;
  const int lane = threadIdx.x % kTile, first = threadIdx.x / kTile;
  for (i64 b = blockIdx.y; b < batch; b += gridDim.y) {
    const T* from = x + b * x_batch + column * x_step + row;
    for (int c = first; c < kTile; c += kRowsAtOnce) {
      if (column + c < columns && row + lane < rows) tile[c][lane] = from[c * x_step + lane];
    }
    __syncthreads();
    T* to = y + b * y_batch + row * y_step + column;
    for (int r = first; r < kTile; r += kRowsAtOnce) {
      if (row + r < rows && column + lane < columns) to[r * y_step + lane] = tile[lane][r];
    }
    __syncthreads();  // the next matrix overwrites the tile
  }
}
