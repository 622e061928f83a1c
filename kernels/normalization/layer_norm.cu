// y[r][c] = (x[r][c] - mean) / sqrt(variance + epsilon) * gamma[c] + beta[c], with the mean and the variance (1/n) of row r; one
// block per row. The variance is summed around the mean in a pass of its own, so that a large mean does not cancel it away. gamma
// and beta are optional: has_gamma and has_beta say whether they are there.
#include "common/block_reduce.cuh"
#include "common/compute.cuh"
#include "common/math.cuh"

template <class T>
__global__ void __launch_bounds__(1024)
    layer_norm(T* y, const T* x, i64 columns, const T* gamma /* [columns] */, bool has_gamma, const T* beta /* [columns] */, bool has_beta, compute_t<T> epsilon) {
  using C = compute_t<T>;
  const i64 row = blockIdx.x * columns;
  C sum = 0;
  for (i64 c = threadIdx.x; c < columns; c += blockDim.x) sum += up(x[row + c]);
  const C mean = block_reduce(sum, Plus{}, C(0)) / (C)columns;
  C squares = 0;
  for (i64 c = threadIdx.x; c < columns; c += blockDim.x) {
    const C deviation = up(x[row + c]) - mean;
    squares += deviation * deviation;
  }
  const C scale = C(1) / math::sqrt(block_reduce(squares, Plus{}, C(0)) / (C)columns + epsilon);
  for (i64 c = threadIdx.x; c < columns; c += blockDim.x) {
    C value = (up(x[row + c]) - mean) * scale;
    if (has_gamma) value *= up(gamma[c]);
    if (has_beta) value += up(beta[c]);
    y[row + c] = down<T>(value);
  }
}
