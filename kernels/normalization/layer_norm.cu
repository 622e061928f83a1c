// y[r][c] = (x[r][c] - mean) / sqrt(variance + epsilon) * gamma[c] + beta[c], with the mean and the variance (1/n) of row r. gamma and
// beta are optional: has_gamma and has_beta say whether they are there. Reads a row once and writes it once (common/held_row.cuh); one
// that its threads cannot hold is read three times, twice from the cache.
#include "common/row_norm.cuh"

template <class T> struct LayerNormRow {
  T* y;
  const T *x, *gamma;
  bool has_gamma;
  const T* beta;
  bool has_beta;
  compute_t<T> epsilon;

  template <class Share> __device__ __forceinline__ void operator()(Share share) const {
    using C = compute_t<T>;
    HeldRow<T, Share> row;
    RowParameter<T, Share> factors(gamma, has_gamma), offsets(beta, has_beta);
    const Statistic<C> of = statistic_of_row(row, share, x, epsilon, [&]() { factors.hold(share); });
    offsets.hold(share);
    share.pieces([&]() {
      row.hold(share, x);
      const auto prepare = [&](int v) {
        factors.hold(share, v);
        offsets.hold(share, v);
      };
      row.map(share, prepare, [&](int v, int i) {
        C value = (row.at(v, i) - of.mean) * of.scale;
        if (factors.is_there) value *= factors.at(v, i);
        if (offsets.is_there) value += offsets.at(v, i);
        return value;
      });
      row.store(share, y);
    });
  }
};

template <class T>
__global__ void __launch_bounds__(kRowThreads, kRowBlocks<T>)
    layer_norm(T* y, const T* x, i64 rows, i64 columns, const T* gamma /* [columns] */, bool has_gamma, const T* beta /* [columns] */, bool has_beta,
               compute_t<T> epsilon) {
  const i64 row = row_of_thread(), start = row * columns, count = row < rows ? columns : 0;
  with_share<T>(is_wide(columns, y, x, gamma, beta), columns, count, LayerNormRow<T>{y + start, x + start, gamma, has_gamma, beta, has_beta, epsilon});
}
