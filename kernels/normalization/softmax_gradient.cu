// dx[r][c] = y[r][c] * (dy[r][c] - sum_c dy[r][c] * y[r][c]): the gradient of softmax from its output y, rows of any length. Reads two
// rows once and writes one (common/held_row.cuh); rows that their threads cannot hold are read twice, the second time from the cache.
#include "common/held_row.cuh"

template <class T> struct SoftmaxGradientRow {
  T* dx;
  const T *y, *dy;

  template <class Share> __device__ __forceinline__ void operator()(Share share) const {
    using C = compute_t<T>;
    HeldRow<T, Share> output, gradient;
    C sum = 0;
    share.pieces([&]() {
      output.hold(share, y);
      gradient.hold(share, dy);
      share.each([&](int v, int i) { sum += gradient.at(v, i) * output.at(v, i); });
    });
    const C mean = row_reduce<0>(sum, Plus{});
    share.pieces([&]() {
      output.hold(share, y);
      gradient.hold(share, dy);
      output.map(share, [&](int v, int i) { return output.at(v, i) * (gradient.at(v, i) - mean); });
      output.store(share, dx);
    });
  }
};

template <class T> __global__ void __launch_bounds__(kRowThreads, kRowBlocks<T>) softmax_gradient(T* dx, const T* y, const T* dy, i64 rows, i64 columns) {
  const i64 row = row_of_thread(), start = row * columns, count = row < rows ? columns : 0;
  with_share<T>(is_wide(columns, dx, y, dy), columns, count, SoftmaxGradientRow<T>{dx + start, y + start, dy + start});
}
