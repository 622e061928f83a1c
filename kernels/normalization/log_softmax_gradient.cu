// dx[r][c] = dy[r][c] - exp(y[r][c]) * sum_c dy[r][c]: the gradient of log_softmax from its output y; one block per row, rows of any
// length. Reads dy twice (the second time from the cache) and y once, and writes one row.
#include "common/block_reduce.cuh"
#include "common/compute.cuh"
#include "common/math.cuh"

template <class T> __global__ void __launch_bounds__(1024) log_softmax_gradient(T* dx, const T* y, const T* dy, i64 columns) {
  using C = compute_t<T>;
  const i64 row = blockIdx.x * columns;
  C sum = 0;
  for (i64 c = threadIdx.x; c < columns; c += blockDim.x) sum += up(dy[row + c]);
  const C total = block_reduce(sum, Plus{}, C(0));
  for (i64 c = threadIdx.x; c < columns; c += blockDim.x) dx[row + c] = down<T>(up(dy[row + c]) - math::exp(up(y[row + c])) * total);
}
