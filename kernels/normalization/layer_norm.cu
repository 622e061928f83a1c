// y[r][c] = (x[r][c] - mean) / sqrt(variance + epsilon) * gamma[c] + beta[c], with the mean and the variance (1/n) of row r. gamma and
// beta are optional: has_gamma and has_beta say whether they are there. Reads a row once and writes it once (common/held_row.cuh); one
// that its threads cannot hold is read three times, twice from the cache.
#include "common/row_norm.cuh"

template <bool IsWide, class T>
__device__ __forceinline__ void layer_norm_row(T* y, const T* x, RowShare<T, IsWide> share, RowParameter<T, IsWide> gamma, RowParameter<T, IsWide> beta,
                                               compute_t<T> epsilon) {
  using C = compute_t<T>;
  HeldRow<T, IsWide> row;
  const Statistic<C> of = statistic_of_row(row, share, x, epsilon);
  share.pieces([&]() {
    row.hold(share, x);
    const auto prepare = [&](int v) {
      gamma.hold(share, v);
      beta.hold(share, v);
    };
    row.map(share, prepare, [&](int v, int i) {
      C value = (row.at(v, i) - of.mean) * of.scale;
      if (gamma.is_there) value *= gamma.at(i);
      if (beta.is_there) value += beta.at(i);
      return value;
    });
    row.store(share, y);
  });
}

template <class T>
__global__ void __launch_bounds__(kRowThreads, kRowBlocks<T>)
    layer_norm(T* y, const T* x, i64 rows, i64 columns, const T* gamma /* [columns] */, bool has_gamma, const T* beta /* [columns] */, bool has_beta,
               compute_t<T> epsilon) {
  const i64 row = row_of_thread(), start = row * columns, count = row < rows ? columns : 0;
  if (is_wide(columns, y, x, gamma, beta))
    layer_norm_row(y + start, x + start, RowShare<T, true>(count), RowParameter<T, true>(gamma, has_gamma), RowParameter<T, true>(beta, has_beta), epsilon);
  else
    layer_norm_row(y + start, x + start, RowShare<T, false>(count), RowParameter<T, false>(gamma, has_gamma), RowParameter<T, false>(beta, has_beta), epsilon);
}
