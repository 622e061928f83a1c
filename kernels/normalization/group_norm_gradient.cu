// dx = (g - mean(g) - x^ * mean(g * x^)) * scale with g = dy * gamma over the channels of a group in one image, dgamma = sum of dy * x^ and
// dbeta = sum of dy over the images and pixels of each channel: the gradients of group_norm, where x^ = (x - mean(x)) * scale and
// scale = 1 / sqrt(variance(x) + epsilon).
//
// group_norm_gradient gives a block to each group of each image, as layer_norm_gradient does to a row; it leaves the group's mean and
// scale for the sums of the other two kernels (common/channels.cuh), which read x and dy once more.
#include "common/groups.cuh"

template <class T>
__global__ void __launch_bounds__(1024)
    group_norm_gradient(T* dx, Statistic<compute_t<T>>* statistics /* [images, groups] */, bool has_statistics, const T* x, const T* dy, i64 columns, i64 spatial,
                        i64 groups, const T* gamma /* [channels] */, bool has_gamma, compute_t<T> epsilon) {
  using C = compute_t<T>;
  const i64 row = blockIdx.x * columns;
  const GroupRow group = group_row(columns, spatial, groups);
  const Statistic<C> of = statistic_of_row(x + row, columns, epsilon);
  row_gradient<true>(dx + row, x + row, dy + row, columns, of, [&](i64 c) { return has_gamma ? up(gamma[group.channel(c)]) : C(1); });
  if (has_statistics && threadIdx.x == 0) statistics[blockIdx.x] = of;
}

CK_PARAMETER_GRADIENT_KERNELS(group_norm_gradient)
