// The rest of a reduction of the rows of a product (common/row_reduction.cuh): joins what the parts of each row were reduced to, in
// their order, or reduces the rows of a product whose kernel could not.
//
// Joining moves 4 * parts * rows bytes (8 of double), a thread to each row: neighbouring threads read neighbouring elements. Rows are
// reduced by a block of 256 threads each, in a fixed order, and are read once. No atomics: the same input gives the same bits.
#include "common/row_reduction.cuh"

template <class C, class R>
__global__ void __launch_bounds__(256) join_rows(
    C* y,            // [rows]
    const C* parts,  // [count, rows]
    i64 rows, i64 count) {
  const i64 row = blockIdx.x * (i64)blockDim.x + threadIdx.x;
  if (row >= rows) return;
  C all = parts[row];
  for (i64 part = 1; part < count; ++part) all = R::combine(all, parts[part * rows + row]);
  y[row] = all;
}

template <class T, class R>
__global__ void __launch_bounds__(256) reduce_product_rows(
    compute_t<T>* y,  // [gridDim.x]
    const T* x,       // [matrices, m, n], rows at steps of pitch, matrices at steps of batch
    i64 m, i64 n, i64 pitch, i64 batch) {
  using C = compute_t<T>;
  x += blockIdx.x / m * batch + blockIdx.x % m * pitch;
  C mine = R::template identity<C>();
  for (i64 i = threadIdx.x; i < n; i += blockDim.x) mine = R::combine(mine, R::enter(up(x[i])));
  mine = block_reduce(mine, [](C a, C b) { return R::combine(a, b); }, R::template identity<C>());
  if (threadIdx.x == 0) y[blockIdx.x] = mine;
}
