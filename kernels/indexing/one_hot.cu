// y[r][c] = c == index[r] ? 1 : 0. A negative index gives a row of zeros; one beyond the classes fills its row with
// `missing`. A thread for each output; the value 1 comes as bits, so that one kernel serves every type of an element
// size.
#include "common/indexing.cuh"

template <class T, class Index>
__global__ void __launch_bounds__(256) one_hot(T* y /* [rows, classes] */, const Index* index /* [rows] */,
                                               i64 elements, i64 classes, i64 one, i64 missing) {
  const i64 element = blockIdx.x * (i64)blockDim.x + threadIdx.x;
  if (element >= elements) return;
  const i64 row = quotient_of(element, classes), named = index[row];
  const i64 bits = named >= classes ? missing : element - row * classes == named ? one : 0;
  y[element] = of_bits<T>(bits);
}
