// dx[r][c] = dy[r][c] - exp(y[r][c]) * sum_c dy[r][c]: the gradient of log_softmax from its output y, rows of any length. Reads two
// rows once and writes one (common/held_row.cuh); of rows that their threads cannot hold dy is read twice, the second time from the cache.
#include "common/softsum.cuh"

template <class T> struct LogSoftmaxGradientRow {
  T* dx;
  const T *y, *dy;

  template <class Share> __device__ __forceinline__ void operator()(Share share) const {
    using C = compute_t<T>;
    HeldRow<T, Share> output, gradient;
    if (share.is_whole()) output.hold(share, y);  // under way before the sum waits for dy
    C sum = 0;
    share.pieces([&]() {
      gradient.hold(share, dy);
      share.each([&](int v, int i) { sum += gradient.at(v, i); });
    });
    const C total = row_reduce<0>(sum, Plus{});
    share.pieces([&]() {
      output.hold(share, y);
      gradient.hold(share, dy);
      gradient.map(share, [&](int v, int i) { return gradient.at(v, i) - exp_for<T>(output.at(v, i)) * total; });
      gradient.store(share, dx);
    });
  }
};

template <class T> __global__ void __launch_bounds__(kRowThreads, kRowBlocks<T>) log_softmax_gradient(T* dx, const T* y, const T* dy, i64 rows, i64 columns) {
  const i64 row = row_of_thread(), start = row * columns, count = row < rows ? columns : 0;
  with_share<T>(is_wide(columns, dx, y, dy), columns, count, LogSoftmaxGradientRow<T>{dx + start, y + start, dy + start});
}
