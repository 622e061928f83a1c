// y[r][c] = c == index[r] ? 1 : 0. A negative index gives a row of zeros; one beyond the classes fills its row with
// `missing`. A thread for each 16 bytes of y; the value 1 comes as bits, so that one kernel serves every type of an
// element size.
#include "common/indexing.cuh"
#include "common/pack.cuh"

template <class T, class Index>
__global__ void __launch_bounds__(256) one_hot(T* y /* [rows, classes] */, const Index* index /* [rows] */,
                                               i64 elements, i64 classes, i64 one, i64 missing) {
  constexpr int N = 16 / (int)sizeof(T);
  const i64 first = (blockIdx.x * (i64)blockDim.x + threadIdx.x) * N;
  if (first >= elements) return;
  i64 row = quotient_of(first, classes), column = first - row * classes, named = index[row];
  Pack<T, N> out;
#pragma unroll
  for (int k = 0; k < N; ++k) {
    if (first + k >= elements) break;
    if (column == classes) {
      column = 0;
      named = index[++row];
    }
    out.v[k] = of_bits<T>(named >= classes ? missing : column == named ? one : 0);
    ++column;
  }
  if (is_aligned<N>(y) && first + N <= elements) {
    *reinterpret_cast<Pack<T, N>*>(y + first) = out;
    return;
  }
#pragma unroll
  for (int k = 0; k < N; ++k) {
    if (first + k < elements) y[first + k] = out.v[k];
  }
}
