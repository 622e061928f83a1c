// y = (x - mean) / sqrt(variance + epsilon) * gamma[c] + beta[c], with the mean and the variance (1/n) of the channels of a group in one
// image of x [images, channels, spatial]; the elements of a group of an image lie side by side and are a row (common/held_row.cuh). With as many groups
// as channels this is the instance norm. gamma and beta are optional: has_gamma and has_beta say whether they are there.
#include "common/groups.cuh"

template <class T> struct GroupNormRow {
  T* y;
  const T* x;
  GroupRow group;
  const T* gamma;
  bool has_gamma;
  const T* beta;
  bool has_beta;
  compute_t<T> epsilon;

  template <class Share> __device__ __forceinline__ void operator()(Share share) const {
    using C = compute_t<T>;
    HeldRow<T, Share> row;
    GroupParameter<T> factors(gamma, has_gamma, C(1)), shifts(beta, has_beta, C(0));
    const Statistic<C> of = statistic_of_row(row, share, x, epsilon);
    share.pieces([&]() {
      row.hold(share, x);
      row.map(
          share,
          [&](int v) {
            factors.hold(group, share, v);
            shifts.hold(group, share, v);
          },
          [&](int v, int i) { return (row.at(v, i) - of.mean) * of.scale * factors.at(group, share, v, i) + shifts.at(group, share, v, i); });
      row.store(share, y);
    });
  }
};

template <class T>
__global__ void __launch_bounds__(kRowThreads, kRowBlocks<T>)
    group_norm(T* y, const T* x, i64 rows, i64 columns, i64 spatial, i64 groups, const T* gamma /* [channels] */, bool has_gamma, const T* beta /* [channels] */,
               bool has_beta, compute_t<T> epsilon) {
  const i64 row = row_of_thread(), start = row * columns, count = row < rows ? columns : 0;
  const GroupRow group = group_row(row, columns, spatial, groups);
  with_share<T>(is_wide(columns, y, x), columns, count, GroupNormRow<T>{y + start, x + start, group, gamma, has_gamma, beta, has_beta, epsilon});
}
