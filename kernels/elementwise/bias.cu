// y[r][c] = x[r][c] + bias[c], row-major. Each thread makes 16 bytes of a row-major matrix; the bias stays in the cache.
#include "common/elementwise.cuh"

template <class T> __global__ void __launch_bounds__(kElementwiseBlock) bias(T* y, const T* x, const T* b, i64 n, i64 columns) {
  constexpr int N = 16 / sizeof(T);
  const i64 first = (blockIdx.x * (i64)blockDim.x + threadIdx.x) * N;
  i64 column = first % columns;
  for (i64 i = first; i < first + N && i < n; ++i) {
    y[i] = down<T>(up(x[i]) + up(b[column]));
    if (++column == columns) column = 0;
  }
}
