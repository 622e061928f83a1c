// dx = (g - x^ * mean(g * x^)) * scale with g = dy * gamma along each row, and dgamma = sum of dy * x^ over the rows: the gradients of
// rms_norm, where x^ = x * scale and scale = 1 / sqrt(mean of squares + epsilon).
//
// rms_norm_gradient reads x and dy once (common/held_row.cuh; rows that their threads cannot hold again in every pass, from the cache)
// and leaves the row's scale for the column sums of the other two kernels (common/channels.cuh), which read x and dy once more.
#include "common/channels.cuh"

template <bool IsWide, class T>
__device__ __forceinline__ void rms_norm_gradient_row(T* dx, Statistic<compute_t<T>>* statistic, const T* x, const T* dy, RowShare<T, IsWide> share,
                                                      RowParameter<T, IsWide> gamma, compute_t<T> epsilon) {
  using C = compute_t<T>;
  HeldRow<T, IsWide> row, gradient;
  if (share.is_whole()) gradient.hold(share, dy);  // under way before the statistic waits for x
  const Statistic<C> of = root_mean_square_of_row(row, share, x, epsilon);
  row_gradient<false>(dx, row, gradient, share, x, dy, of, [&](int v) { gamma.hold(share, v); }, [&](int, int i) { return gamma.is_there ? gamma.at(i) : C(1); });
  if (statistic != nullptr && share.columns > 0 && threadIdx.x == 0) *statistic = of;
}

template <class T>
__global__ void __launch_bounds__(kRowThreads, 1)
    rms_norm_gradient(T* dx, Statistic<compute_t<T>>* statistics /* [rows] */, bool has_statistics, const T* x, const T* dy, i64 rows, i64 columns,
                      const T* gamma /* [columns] */, bool has_gamma, compute_t<T> epsilon) {
  const i64 row = row_of_thread(), start = row * columns, count = row < rows ? columns : 0;
  Statistic<compute_t<T>>* statistic = has_statistics ? statistics + row : nullptr;
  if (is_wide(columns, dx, x, dy, gamma))
    rms_norm_gradient_row(dx + start, statistic, x + start, dy + start, RowShare<T, true>(count), RowParameter<T, true>(gamma, has_gamma), epsilon);
  else
    rms_norm_gradient_row(dx + start, statistic, x + start, dy + start, RowShare<T, false>(count), RowParameter<T, false>(gamma, has_gamma), epsilon);
}

CK_PARAMETER_GRADIENT_KERNELS(rms_norm_gradient)
