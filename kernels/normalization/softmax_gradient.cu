// dx[r][c] = y[r][c] * (dy[r][c] - sum_c dy[r][c] * y[r][c]): the gradient of softmax from its output y; one block per row, rows of
// any length. Reads both rows twice (the second time from the cache) and writes one.
#include "common/block_reduce.cuh"
#include "common/compute.cuh"

template <class T> __global__ void __launch_bounds__(1024) softmax_gradient(T* dx, const T* y, const T* dy, i64 columns) {
  using C = compute_t<T>;
  const i64 row = blockIdx.x * columns;
  C sum = 0;
  for (i64 c = threadIdx.x; c < columns; c += blockDim.x) sum += up(dy[row + c]) * up(y[row + c]);
  const C mean = block_reduce(sum, Plus{}, C(0));
  for (i64 c = threadIdx.x; c < columns; c += blockDim.x) dx[row + c] = down<T>(up(y[row + c]) * (up(dy[row + c]) - mean));
}
