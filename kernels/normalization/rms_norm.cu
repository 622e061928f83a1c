// y[r][c] = x[r][c] / sqrt(mean of squares of row r + epsilon) * gamma[c]. gamma is optional: has_gamma says whether it is there. Reads a
// row once and writes it once (common/held_row.cuh); one that its threads cannot hold is read twice, the second time from the cache.
#include "common/row_norm.cuh"

template <class T> struct RmsNormRow {
  T* y;
  const T *x, *gamma;
  bool has_gamma;
  compute_t<T> epsilon;

  template <class Share> __device__ __forceinline__ void operator()(Share share) const {
    using C = compute_t<T>;
    HeldRow<T, Share> row;
    RowParameter<T, Share> factors(gamma, has_gamma);
    const C scale = root_mean_square_of_row(row, share, x, epsilon, [&]() { factors.hold(share); }).scale;
    share.pieces([&]() {
      row.hold(share, x);
      const auto prepare = [&](int v) { factors.hold(share, v); };
      row.map(share, prepare, [&](int v, int i) {
        C value = row.at(v, i) * scale;
        if (factors.is_there) value *= factors.at(v, i);
        return value;
      });
      row.store(share, y);
    });
  }
};

template <class T>
__global__ void __launch_bounds__(kRowThreads, kRowBlocks<T>)
    rms_norm(T* y, const T* x, i64 rows, i64 columns, const T* gamma /* [columns] */, bool has_gamma, compute_t<T> epsilon) {
  const i64 row = row_of_thread(), start = row * columns, count = row < rows ? columns : 0;
  with_share<T>(is_wide(columns, y, x, gamma), columns, count, RmsNormRow<T>{y + start, x + start, gamma, has_gamma, epsilon});
}
