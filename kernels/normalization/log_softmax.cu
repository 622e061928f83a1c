// y[r][c] = (x[r][c] - max) - log(sum_c exp(x[r][c] - max)), rows of any length. Reads a row once and writes it once
// (common/held_row.cuh); one that its threads cannot hold is read twice, the second time from the cache.
#include "common/softsum.cuh"

template <class T> struct LogSoftmaxRow {
  T* y;
  const T* x;

  template <class Share> __device__ __forceinline__ void operator()(Share share) const {
    using C = compute_t<T>;
    HeldRow<T, Share> row;
    const Softsum<C> total = softsum_of_row(row, share, x);
    const C shift = math::log(total.sum);
    share.pieces([&]() {
      row.hold(share, x);
      row.map(share, [&](int v, int i) { return (row.at(v, i) - total.maximum) - shift; });
      row.store(share, y);
    });
  }
};

template <class T> __global__ void __launch_bounds__(kRowThreads, kRowBlocks<T>) log_softmax(T* y, const T* x, i64 rows, i64 columns) {
  const i64 row = row_of_thread(), start = row * columns, count = row < rows ? columns : 0;
  with_share<T>(is_wide(columns, y, x), columns, count, LogSoftmaxRow<T>{y + start, x + start});
}
