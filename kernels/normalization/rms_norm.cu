// y[r][c] = x[r][c] / sqrt(mean of squares of row r + epsilon) * gamma[c]. gamma is optional: has_gamma says whether it is there. Reads a
// row once and writes it once (common/held_row.cuh); one that its threads cannot hold is read twice, the second time from the cache.
#include "common/row_norm.cuh"

template <bool IsWide, class T>
__device__ __forceinline__ void rms_norm_row(T* y, const T* x, RowShare<T, IsWide> share, RowParameter<T, IsWide> gamma, compute_t<T> epsilon) {
  using C = compute_t<T>;
  HeldRow<T, IsWide> row;
  const C scale = root_mean_square_of_row(row, share, x, epsilon).scale;
  share.pieces([&]() {
    row.hold(share, x);
    const auto prepare = [&](int v) { gamma.hold(share, v); };
    row.map(share, prepare, [&](int v, int i) {
      C value = row.at(v, i) * scale;
      if (gamma.is_there) value *= gamma.at(i);
      return value;
    });
    row.store(share, y);
  });
}

template <class T>
__global__ void __launch_bounds__(kRowThreads, kRowBlocks<T>)
    rms_norm(T* y, const T* x, i64 rows, i64 columns, const T* gamma /* [columns] */, bool has_gamma, compute_t<T> epsilon) {
  const i64 row = row_of_thread(), start = row * columns, count = row < rows ? columns : 0;
  if (is_wide(columns, y, x, gamma)) rms_norm_row(y + start, x + start, RowShare<T, true>(count), RowParameter<T, true>(gamma, has_gamma), epsilon);
  else rms_norm_row(y + start, x + start, RowShare<T, false>(count), RowParameter<T, false>(gamma, has_gamma), epsilon);
}
