// y[o][k][i] = x[o][index[k]][i], bit for bit: what an index names along the middle dimension of a tensor [outer,
// length, inner]; with outer = 1 the rows of a table, as an embedding looks them up. An index outside the dimension
// gives `missing`. Each thread moves up to 8 bytes: the host gives the widest type that divides a run of inner elements
// and their addresses.
//
// The gradient dx[o][v][i] = sum of dy[o][k][i] over the k with index[k] = v is summed in the order of k, without
// atomics. A block makes 32 slices v of 128 columns (o, i), a thread for each column: it walks over the index, and
// every thread adds the hits to its sums in shared memory. dy is read once and dx written once; every block reads the
// whole index, mostly from the cache: as many bytes as dx has for 2,048 indices of 8 bytes and elements of 4, and in
// proportion.
#include "common/block_reduce.cuh"
#include "common/indexing.cuh"

constexpr int kSlices = 32;
constexpr int kColumns = 128;

template <class T, class Index>
__global__ void __launch_bounds__(256)
    index_select(T* y /* [outer, count, inner] */, const T* x /* [outer, length, inner] */,
                 const Index* index /* [count] */, i64 elements, i64 length, i64 count, i64 inner, i64 missing) {
  const i64 element = blockIdx.x * (i64)blockDim.x + threadIdx.x;
  if (element >= elements) return;
  const Place to = place_of(element, count, inner);
  const i64 from = index[to.middle];
  y[element] = from >= 0 && from < length ? x[(to.outer * length + from) * inner + to.inner] : of_bits<T>(missing);
}

template <class T, class Index>
__global__ void __launch_bounds__(kColumns)
    index_select_gradient(T* dx /* [outer, length, inner] */, const T* dy /* [outer, count, inner] */,
                          const Index* index /* [count] */, i64 columns, i64 length, i64 count, i64 inner,
                          i64 padding /* the slice left at 0; -1 for none */) {
  using C = sum_t<T>;
  __shared__ C sum[kSlices][kColumns];
  __shared__ u32 hits[kColumns / 32];
  __shared__ i32 slices[kColumns];
  const i64 tiles = (columns + kColumns - 1) / kColumns;
  const i64 first = blockIdx.x / tiles * kSlices, column = blockIdx.x % tiles * kColumns + threadIdx.x;
  const i64 outer = quotient_of(column, inner), i = column - outer * inner;
  for (int s = 0; s < kSlices; ++s) sum[s][threadIdx.x] = C(0);
  for (i64 start = 0; start < count; start += kColumns) {
    const i64 k = start + threadIdx.x;
    const i64 slice = k < count ? (i64)index[k] : -1;
    const bool hit = slice >= first && slice < first + kSlices && slice != padding;
    slices[threadIdx.x] = hit ? (i32)(slice - first) : 0;
    const u32 mask = __ballot_sync(kAllLanes, hit);
    if (threadIdx.x % 32 == 0) hits[threadIdx.x / 32] = mask;
    __syncthreads();
    for (int warp = 0; warp < kColumns / 32 && column < columns; ++warp) {
      for (u32 rest = hits[warp]; rest != 0; rest &= rest - 1) {
        const int at = warp * 32 + __ffs((i32)rest) - 1;
        sum[slices[at]][threadIdx.x] += up(dy[(outer * count + start + at) * inner + i]);
      }
    }
    __syncthreads();  // the next entries overwrite these
  }
  if (column >= columns) return;
  for (int s = 0; s < kSlices && first + s < length; ++s)
    dx[(outer * length + first + s) * inner + i] = down<T>(sum[s][threadIdx.x]);
}
