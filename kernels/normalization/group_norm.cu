// y = (x - mean) / sqrt(variance + epsilon) * gamma[c] + beta[c], with the mean and the variance (1/n) of the channels of a group in one
// image of x [images, channels, spatial]; one block for each group of each image, whose elements lie side by side. With as many groups
// as channels this is the instance norm. gamma and beta are optional: has_gamma and has_beta say whether they are there.
#include "common/groups.cuh"

template <class T>
__global__ void __launch_bounds__(1024) group_norm(T* y, const T* x, i64 columns, i64 spatial, i64 groups, const T* gamma /* [channels] */, bool has_gamma,
                                                   const T* beta /* [channels] */, bool has_beta, compute_t<T> epsilon) {
  using C = compute_t<T>;
  const i64 row = blockIdx.x * columns;
  const GroupRow group = group_row(columns, spatial, groups);
  const Statistic<C> of = statistic_of_row(x + row, columns, epsilon);
  for (i64 c = threadIdx.x; c < columns; c += blockDim.x) {
    const i64 channel = group.channel(c);
    C value = (up(x[row + c]) - of.mean) * of.scale;
    if (has_gamma) value *= up(gamma[channel]);
    if (has_beta) value += up(beta[channel]);
    y[row + c] = down<T>(value);
  }
}
