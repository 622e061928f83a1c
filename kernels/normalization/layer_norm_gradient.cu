// dx = (g - mean(g) - x^ * mean(g * x^)) * scale with g = dy * gamma along each row, dgamma = sum of dy * x^ and dbeta = sum of dy over
// the rows: the gradients of layer_norm, where x^ = (x - mean(x)) * scale and scale = 1 / sqrt(variance(x) + epsilon).
//
// layer_norm_gradient reads x and dy once (common/held_row.cuh; rows that their threads cannot hold again in every pass, from the cache)
// and leaves the row's mean and scale for the column sums of the other two kernels (common/channels.cuh), which read x and dy once more.
#include "common/channels.cuh"

template <bool IsWide, class T>
__device__ __forceinline__ void layer_norm_gradient_row(T* dx, Statistic<compute_t<T>>* statistic, const T* x, const T* dy, RowShare<T, IsWide> share,
                                                        RowParameter<T, IsWide> gamma, compute_t<T> epsilon) {
  using C = compute_t<T>;
  HeldRow<T, IsWide> row, gradient;
  if (share.is_whole()) gradient.hold(share, dy);  // under way before the statistic waits for x
  const Statistic<C> of = statistic_of_row(row, share, x, epsilon);
  row_gradient<true>(dx, row, gradient, share, x, dy, of, [&](int v) { gamma.hold(share, v); }, [&](int, int i) { return gamma.is_there ? gamma.at(i) : C(1); });
  if (statistic != nullptr && share.columns > 0 && threadIdx.x == 0) *statistic = of;
}

template <class T>
__global__ void __launch_bounds__(kRowThreads, 1)
    layer_norm_gradient(T* dx, Statistic<compute_t<T>>* statistics /* [rows] */, bool has_statistics, const T* x, const T* dy, i64 rows, i64 columns,
                        const T* gamma /* [columns] */, bool has_gamma, compute_t<T> epsilon) {
  const i64 row = row_of_thread(), start = row * columns, count = row < rows ? columns : 0;
  Statistic<compute_t<T>>* statistic = has_statistics ? statistics + row : nullptr;
  if (is_wide(columns, dx, x, dy, gamma))
    layer_norm_gradient_row(dx + start, statistic, x + start, dy + start, RowShare<T, true>(count), RowParameter<T, true>(gamma, has_gamma), epsilon);
  else
    layer_norm_gradient_row(dx + start, statistic, x + start, dy + start, RowShare<T, false>(count), RowParameter<T, false>(gamma, has_gamma), epsilon);
}

CK_PARAMETER_GRADIENT_KERNELS(layer_norm_gradient)
