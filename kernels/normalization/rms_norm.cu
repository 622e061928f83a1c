// y[r][c] = x[r][c] / sqrt(mean of squares of row r + epsilon) * gamma[c]; one block per row. gamma is optional: has_gamma says
// whether it is there.
#include "common/block_reduce.cuh"
#include "common/compute.cuh"
#include "common/math.cuh"

template <class T>
__global__ void __launch_bounds__(1024) rms_norm(T* y, const T* x, i64 columns, const T* gamma /* [columns] */, bool has_gamma, compute_t<T> epsilon) {
  using C = compute_t<T>;
  const i64 row = blockIdx.x * columns;
  C squares = 0;
  for (i64 c = threadIdx.x; c < columns; c += blockDim.x) {
    const C value = up(x[row + c]);
    squares += value * value;
  }
  const C scale = C(1) / math::sqrt(block_reduce(squares, Plus{}, C(0)) / (C)columns + epsilon);
  for (i64 c = threadIdx.x; c < columns; c += blockDim.x) {
    C value = up(x[row + c]) * scale;
    if (has_gamma) value *= up(gamma[c]);
    y[row + c] = down<T>(value);
  }
}
