// y[r][c] = x[r][c] / max(|x[r]|, epsilon) with the Euclidean norm of row r. 16-bit floats sum in float. Reads a row once and writes it
// once (common/held_row.cuh); one that its threads cannot hold is read twice, the second time from the cache.
#include "common/held_row.cuh"
#include "common/math.cuh"

template <class T> struct L2NormalizeRow {
  T* y;
  const T* x;
  compute_t<T> epsilon;

  template <class Share> __device__ __forceinline__ void operator()(Share share) const {
    using C = compute_t<T>;
    HeldRow<T, Share> row;
    C squares = 0;
    share.pieces([&]() {
      row.hold(share, x);
      share.each([&](int v, int i) { squares += row.at(v, i) * row.at(v, i); });
    });
    const C norm = math::sqrt(row_reduce<0>(squares, Plus{}));
    const C scale = C(1) / (norm < epsilon ? epsilon : norm);
    share.pieces([&]() {
      row.hold(share, x);
      row.map(share, [&](int v, int i) { return row.at(v, i) * scale; });
      row.store(share, y);
    });
  }
};

template <class T> __global__ void __launch_bounds__(kRowThreads, kRowBlocks<T>) l2_normalize(T* y, const T* x, i64 rows, i64 columns, compute_t<T> epsilon) {
  const i64 row = row_of_thread(), start = row * columns, count = row < rows ? columns : 0;
  with_share<T>(is_wide(columns, y, x), columns, count, L2NormalizeRow<T>{y + start, x + start, epsilon});
}
