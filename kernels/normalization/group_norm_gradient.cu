// dx = (g - mean(g) - x^ * mean(g * x^)) * scale with g = dy * gamma over the channels of a group in one image, dgamma = sum of dy * x^ and
// dbeta = sum of dy over the images and pixels of each channel: the gradients of group_norm, where x^ = (x - mean(x)) * scale and
// scale = 1 / sqrt(variance(x) + epsilon).
//
// group_norm_gradient sees each group of each image as layer_norm_gradient does a row (common/held_row.cuh); it leaves the group's mean and
// scale for the sums of the other two kernels (common/channels.cuh), which read x and dy once more.
#include "common/groups.cuh"

template <class T> struct GroupNormGradientRow {
  T* dx;
  Statistic<compute_t<T>>* statistic;
  const T *x, *dy;
  GroupRow group;
  const T* gamma;
  bool has_gamma;
  compute_t<T> epsilon;

  template <class Share> __device__ __forceinline__ void operator()(Share share) const {
    using C = compute_t<T>;
    HeldRow<T, Share> row, gradient;
    if (share.is_whole()) gradient.hold(share, dy);  // under way before the statistic waits for x
    const Statistic<C> of = statistic_of_row(row, share, x, epsilon);
    GroupParameter<T> factors(gamma, has_gamma, C(1));
    row_gradient<true>(dx, row, gradient, share, x, dy, of, [&](int v) { factors.hold(group, share, v); }, [&](int v, int i) { return factors.at(group, share, v, i); },
                       [](int, int, C, C) {});
    if (statistic != nullptr && share.columns > 0 && threadIdx.x == 0) *statistic = of;
  }
};

template <class T>
__global__ void __launch_bounds__(kRowThreads, 1)
    group_norm_gradient(T* dx, Statistic<compute_t<T>>* statistics /* [images, groups] */, bool has_statistics, const T* x, const T* dy, i64 rows, i64 columns,
                        i64 spatial, i64 groups, const T* gamma /* [channels] */, bool has_gamma, compute_t<T> epsilon) {
  const i64 row = row_of_thread(), start = row * columns, count = row < rows ? columns : 0;
  const GroupRow group = group_row(row, columns, spatial, groups);
  Statistic<compute_t<T>>* statistic = has_statistics ? statistics + row : nullptr;
  with_share<T>(is_wide(columns, dx, x, dy), columns, count, GroupNormGradientRow<T>{dx + start, statistic, x + start, dy + start, group, gamma, has_gamma, epsilon});
}

CK_PARAMETER_GRADIENT_KERNELS(group_norm_gradient)
