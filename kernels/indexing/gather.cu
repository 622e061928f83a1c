// y[o][k][i] = x[o][index[o][k][i]][i], bit for bit: along the middle dimension of a tensor [outer, length, inner],
// each element picks its own from its column. An index outside the dimension gives `missing`. A thread for each output.
//
// scatter_add is the way back: y[o][v][i] (+)= sum of x[o][k][i] over the k with index[o][k][i] = v, summed in the
// order of k, without atomics. A thread makes one y and looks at the whole index of its column: length * count reads
// per column, mostly from the cache. That suits the picking of a few elements out of many (or many out of few); for
// whole slices index_select.cu is the better way.
#include "common/indexing.cuh"

template <class T, class Index>
__global__ void __launch_bounds__(256)
    gather(T* y /* [outer, count, inner] */, const T* x /* [outer, length, inner] */, const Index* index /* as y */,
           i64 elements, i64 length, i64 count, i64 inner, i64 missing) {
  const i64 element = blockIdx.x * (i64)blockDim.x + threadIdx.x;
  if (element >= elements) return;
  const Place to = place_of(element, count, inner);
  const i64 from = index[element];
  y[element] = from >= 0 && from < length ? x[(to.outer * length + from) * inner + to.inner] : of_bits<T>(missing);
}

template <class T, class Index>
__global__ void __launch_bounds__(256)
    scatter_add(T* y /* [outer, length, inner] */, bool adds, const T* x /* [outer, count, inner] */,
                const Index* index /* as x */, i64 elements, i64 length, i64 count, i64 inner) {
  const i64 element = blockIdx.x * (i64)blockDim.x + threadIdx.x;
  if (element >= elements) return;
  const Place to = place_of(element, length, inner);
  sum_t<T> sum = adds ? up(y[element]) : 0;
  for (i64 k = 0; k < count; ++k) {
    const i64 from = (to.outer * count + k) * inner + to.inner;
    if (index[from] == to.middle) sum += up(x[from]);
  }
  y[element] = down<T>(sum);
}
