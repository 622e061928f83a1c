// y[r][c] = (x[r][c] - max) - log(sum_c exp(x[r][c] - max)); one block per row, rows of any length. Reads the row twice (the
// second time from the cache) and writes it once.
#include "common/softsum.cuh"

template <class T> __global__ void __launch_bounds__(1024) log_softmax(T* y, const T* x, i64 columns) {
  using C = compute_t<T>;
  const i64 row = blockIdx.x * columns;
  const Softsum<C> total = softsum_of_row(x + row, columns);
  const C shift = math::log(total.sum);
  for (i64 c = threadIdx.x; c < columns; c += blockDim.x) y[row + c] = down<T>((up(x[row + c]) - total.maximum) - shift);
}
