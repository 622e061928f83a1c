// y[o][k][i] = x[o][index[o][k][i]][i], bit for bit: along the middle dimension of a tensor [outer, length, inner],
// each element picks its own from its column. An index outside the dimension gives `missing`. A thread for each output.
//
// scatter_add is the way back: y[o][v][i] (+)= sum of x[o][k][i] over the k with index[o][k][i] = v, summed in the
// order of k, without atomics. A thread makes one y, or 16 bytes of neighbours where columns lie side by side in whole
// vectors (inner = 1), and looks at the whole index of its column: length * count reads per column, mostly from the
// cache, or as many over the neighbours. That suits the picking of a few elements out of many (or many out of few); for
// whole slices index_select.cu is the better way.
#include "common/held_vector.cuh"
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

// N neighbours of y: of one column, or one y.
template <int N, class T, class Index>
__device__ __forceinline__ void add_scattered(T* y, bool adds, const T* x, const Index* index, i64 element, i64 length, i64 count, i64 inner) {
  const Place to = place_of(element, length, inner);
  const bool aligned = is_aligned<N>(y);
  HeldVector<T, N> here{};
  sum_t<T> sum[N] = {};
  if (adds && aligned) here = *reinterpret_cast<const HeldVector<T, N>*>(y + element);
#pragma unroll
  for (int n = 0; n < N; ++n) {
    if (adds) sum[n] = aligned ? here.at(n) : up(y[element + n]);
  }
#pragma unroll 4
  for (i64 k = 0; k < count; ++k) {
    const i64 from = (to.outer * count + k) * inner + to.inner, place = (i64)index[from] - to.middle;
    if (place < 0 || place >= N) continue;
    const sum_t<T> value = up(x[from]);
#pragma unroll
    for (int n = 0; n < N; ++n) {
      if (place == n) sum[n] += value;
    }
  }
  if (aligned) {
    here.set(sum);
    *reinterpret_cast<HeldVector<T, N>*>(y + element) = here;
    return;
  }
#pragma unroll
  for (int n = 0; n < N; ++n) y[element + n] = down<T>(sum[n]);
}

template <class T, class Index>
__global__ void __launch_bounds__(256)
    scatter_add(T* y /* [outer, length, inner] */, bool adds, const T* x /* [outer, count, inner] */,
                const Index* index /* as x */, i64 elements, i64 length, i64 count, i64 inner) {
  constexpr int N = 16 / (int)sizeof(T);
  const i64 thread = blockIdx.x * (i64)blockDim.x + threadIdx.x;
  if (inner == 1 && length % N == 0) {
    if (thread * N < elements) add_scattered<N>(y, adds, x, index, thread * N, length, count, 1);
  } else if (thread < elements) {
    add_scattered<1>(y, adds, x, index, thread, length, count, inner);
  }
}
