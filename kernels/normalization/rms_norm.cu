// y[r][c] = x[r][c] / sqrt(mean of squares of row r + epsilon) * gamma[c]; one block per row. gamma is optional: has_gamma says
// whether it is there.
#include "common/row_norm.cuh"

template <class T>
__global__ void __launch_bounds__(1024) rms_norm(T* y, const T* x, i64 columns, const T* gamma /* [columns] */, bool has_gamma, compute_t<T> epsilon) {
  using C = compute_t<T>;
  const i64 row = blockIdx.x * columns;
  const C scale = root_mean_square_of_row(x + row, columns, epsilon).scale;
  for (i64 c = threadIdx.x; c < columns; c += blockDim.x) {
    C value = up(x[row + c]) * scale;
    if (has_gamma) value *= up(gamma[c]);
    y[row + c] = down<T>(value);
  }
}
