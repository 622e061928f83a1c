// y[r][c] = (x[r][c] - max) - log(sum_c exp(x[r][c] - max)), rows of any length. Reads a row once and writes it once
// (common/held_row.cuh); one that its threads cannot hold is read twice, the second time from the cache.
#include "common/softsum.cuh"

template <bool IsWide, class T> __device__ __forceinline__ void log_softmax_row(T* y, const T* x, RowShare<T, IsWide> share) {
  using C = compute_t<T>;
  HeldRow<T, IsWide> row;
  const Softsum<C> total = softsum_of_row(row, share, x);
  const C shift = math::log(total.sum);
  share.pieces([&]() {
    row.hold(share, x);
    row.map(share, [&](int v, int i) { return (row.at(v, i) - total.maximum) - shift; });
    row.store(share, y);
  });
}

template <class T> __global__ void __launch_bounds__(kRowThreads, kRowBlocks<T>) log_softmax(T* y, const T* x, i64 rows, i64 columns) {
  const i64 row = row_of_thread(), start = row * columns, count = row < rows ? columns : 0;
  if (is_wide(columns, y, x)) log_softmax_row(y + start, x + start, RowShare<T, true>(count));
  else log_softmax_row(y + start, x + start, RowShare<T, false>(count));
}
