// y[r][c] = (x[r][c] - mean) / sqrt(variance + epsilon) * gamma[c] + beta[c], with the mean and the variance (1/n) of row r; one
// block per row. gamma and beta are optional: has_gamma and has_beta say whether they are there.
#include "common/row_norm.cuh"

template <class T>
__global__ void __launch_bounds__(1024)
    layer_norm(T* y, const T* x, i64 columns, const T* gamma /* [columns] */, bool has_gamma, const T* beta /* [columns] */, bool has_beta, compute_t<T> epsilon) {
  using C = compute_t<T>;
  const i64 row = blockIdx.x * columns;
  const Statistic<C> of = statistic_of_row(x + row, columns, epsilon);
  for (i64 c = threadIdx.x; c < columns; c += blockDim.x) {
    C value = (up(x[row + c]) - of.mean) * of.scale;
    if (has_gamma) value *= up(gamma[c]);
    if (has_beta) value += up(beta[c]);
    y[row + c] = down<T>(value);
  }
}
