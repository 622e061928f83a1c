// y[r][c] = x[r][c] + bias[c], row-major. Each thread makes 16 bytes of a row-major matrix; the bias stays in the cache. Where the
// columns are no multiple of a pack, packs of x and y lie across rows, and the bias is read element by element.
#include "common/elementwise.cuh"

template <class T> __global__ void __launch_bounds__(kElementwiseBlock) bias(T* y, const T* x, const T* b, i64 n, i64 columns) {
  constexpr int N = 16 / sizeof(T);
  const i64 first = (blockIdx.x * (i64)blockDim.x + threadIdx.x) * N;
  if (first >= n) return;
  i64 column = n <= 0x7fffffff ? (i64)((u32)first % (u32)columns) : first % columns;
  if (first + N > n || !is_aligned<N>(y) || !is_aligned<N>(x)) {
    for (i64 i = first; i < first + N && i < n; ++i) {
      y[i] = down<T>(up(x[i]) + up(b[column]));
      if (++column == columns) column = 0;
    }
    return;
  }
  Pack<T, N> values = *reinterpret_cast<const Pack<T, N>*>(x + first), added;
  if (column + N <= columns && is_aligned<N>(b + column)) {
    added = *reinterpret_cast<const Pack<T, N>*>(b + column);
  } else {
#pragma unroll
    for (int i = 0; i < N; ++i) {
      added.v[i] = b[column];
      if (++column == columns) column = 0;
    }
  }
#pragma unroll
  for (int i = 0; i < N; ++i) values.v[i] = down<T>(up(values.v[i]) + up(added.v[i]));
  *reinterpret_cast<Pack<T, N>*>(y + first) = values;
}
