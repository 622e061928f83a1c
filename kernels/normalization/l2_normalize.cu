// y[r][c] = x[r][c] / max(|x[r]|, epsilon) with the Euclidean norm of row r; one block per row. 16-bit floats sum in float.
#include "common/block_reduce.cuh"
#include "common/compute.cuh"
#include "common/math.cuh"

template <class T> __global__ void __launch_bounds__(1024) l2_normalize(T* y, const T* x, i64 columns, compute_t<T> epsilon) {
  using C = compute_t<T>;
  const i64 row = blockIdx.x * columns;
  C squares = 0;
  for (i64 c = threadIdx.x; c < columns; c += blockDim.x) {
    const C value = up(x[row + c]);
    squares += value * value;
  }
  const C norm = math::sqrt(block_reduce(squares, Plus{}, C(0)));
  const C scale = C(1) / (norm < epsilon ? epsilon : norm);
  for (i64 c = threadIdx.x; c < columns; c += blockDim.x) y[row + c] = down<T>(up(x[row + c]) * scale);
}
