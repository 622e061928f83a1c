// dx = (g - x^ * mean(g * x^)) * scale with g = dy * gamma along each row, and dgamma = sum of dy * x^ over the rows: the gradients of
// rms_norm, where x^ = x * scale and scale = 1 / sqrt(mean of squares + epsilon).
//
// rms_norm_gradient gives a block to each row; it reads x three times and dy twice, all but the first from the cache, and leaves the
// row's scale for the column sums of the other two kernels (common/channels.cuh), which read x and dy once more.
#include "common/channels.cuh"

template <class T>
__global__ void __launch_bounds__(1024) rms_norm_gradient(T* dx, Statistic<compute_t<T>>* statistics /* [rows] */, bool has_statistics, const T* x,
                                                          const T* dy, i64 columns, const T* gamma /* [columns] */, bool has_gamma, compute_t<T> epsilon) {
  using C = compute_t<T>;
  const i64 row = blockIdx.x * columns;
  const Statistic<C> of = root_mean_square_of_row(x + row, columns, epsilon);
  row_gradient<false>(dx + row, x + row, dy + row, columns, of, [&](i64 c) { return has_gamma ? up(gamma[c]) : C(1); });
  if (has_statistics && threadIdx.x == 0) statistics[blockIdx.x] = of;
}

CK_PARAMETER_GRADIENT_KERNELS(rms_norm_gradient)
