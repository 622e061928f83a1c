// y[o][k][i] = x[o][index[k]][i], bit for bit: what an index names along the middle dimension of a tensor [outer,
// length, inner]; with outer = 1 the rows of a table, as an embedding looks them up. An index outside the dimension
// gives `missing`. Runs of inner elements that are whole packs of 16 bytes move as such, two a thread, whose indices and then
// whose packs are in flight at once; of others each thread moves up to 8 bytes: the host gives the widest type that divides a
// run and the addresses.
//
// The gradient dx[o][v][i] = sum of dy[o][k][i] over the k with index[k] = v is summed in the order of k, without atomics on
// sums. A block makes 32 slices v of its columns (o, i), of which a thread takes one, or as many as fill 16 bytes. It reads
// the whole index, mostly from the cache, and lists the k that name its slices; each entry's place in the order of slices
// and k is how many stand before it. Then it goes over the slices: dy is read once and dx written once. The index is read
// once for 32 slices of 256 threads' columns. Of more than 512 entries there is no list: the threads walk over the index
// together, and every thread adds the hits to its sums in shared memory, for 256 columns at a time.
#include "common/block_reduce.cuh"
#include "common/indexing.cuh"
#include "common/pack.cuh"

constexpr int kSlices = 32;
constexpr int kGradientBlock = 256;
constexpr int kListed = 512;
constexpr int kIndicesAtOnce = 8;  // of a thread
constexpr int kSumBytes = 16384;
constexpr int kMoveBlock = 256;
constexpr int kMovedPacks = 2;  // of a thread

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

// The same of packs, of which `inner` make a run.
using Moved = Pack<u64, 2>;
template <class Index>
__global__ void __launch_bounds__(kMoveBlock, 8)
    index_select_packs(Moved* y, const Moved* x, const Index* index, i64 packs, i64 length, i64 count, i64 inner,
                       u64 missing) {
  const i64 first = blockIdx.x * (i64)(kMoveBlock * kMovedPacks) + threadIdx.x;
  i64 from[kMovedPacks], row[kMovedPacks];
#pragma unroll
  for (int p = 0; p < kMovedPacks; ++p) {
    const i64 pack = first + p * kMoveBlock;
    const Place to = place_of(pack < packs ? pack : 0, count, inner);
    row[p] = index[to.middle];
    from[p] = (to.outer * length + row[p]) * inner + to.inner;
  }
  Moved moved[kMovedPacks];
#pragma unroll
  for (int p = 0; p < kMovedPacks; ++p) {
    moved[p] = {missing, missing};
    if (row[p] >= 0 && row[p] < length) moved[p] = x[from[p]];
  }
#pragma unroll
  for (int p = 0; p < kMovedPacks; ++p) {
    const i64 pack = first + p * kMoveBlock;
    if (pack < packs) y[pack] = moved[p];
  }
}

// Which slices a block makes, and what names them.
struct Slices {
  i64 first, length, count, padding /* the slice left at 0; -1 for none */;

  // Which one an index names, or none of them.
  __device__ __forceinline__ int of(i64 slice) const {
    return slice >= first && slice < first + kSlices && slice != padding ? (int)(slice - first) : -1;
  }
};

struct Listed {
  i64 at[2][kListed];  // as found; by slice and in order
  int slice[kListed];
  int begin[kSlices + 1];
  int count;
};

// Lists what names the slices. More than kListed: nothing is listed.
template <class Index>
__device__ __forceinline__ bool list_hits(Listed& listed, const Index* index, const Slices& slices) {
  if (threadIdx.x == 0) listed.count = 0;
  __syncthreads();
  for (i64 start = threadIdx.x; start < slices.count; start += kGradientBlock * kIndicesAtOnce) {
    Index here[kIndicesAtOnce];
#pragma unroll
    for (int i = 0; i < kIndicesAtOnce; ++i) {
      const i64 k = start + i * kGradientBlock;
      here[i] = k < slices.count ? index[k] : (Index)-1;
    }
#pragma unroll
    for (int i = 0; i < kIndicesAtOnce; ++i) {
      const int slice = slices.of(here[i]);
      if (slice < 0) continue;
      const int entry = atomicAdd(&listed.count, 1);
      if (entry >= kListed) continue;
      listed.at[0][entry] = start + i * kGradientBlock;
      listed.slice[entry] = slice;
    }
  }
  __syncthreads();
  const int count = listed.count;
  if (count > kListed) return false;
  for (int entry = threadIdx.x; entry < count; entry += kGradientBlock) {
    const i64 at = listed.at[0][entry];
    const int slice = listed.slice[entry];
    int place = 0;
    for (int other = 0; other < count; ++other) {
      const int its = listed.slice[other];
      place += its < slice || (its == slice && listed.at[0][other] < at) ? 1 : 0;
    }
    listed.at[1][place] = at;
  }
  if (threadIdx.x <= kSlices) {
    int before = 0;
    for (int other = 0; other < count; ++other) before += listed.slice[other] < threadIdx.x ? 1 : 0;
    listed.begin[threadIdx.x] = before;
  }
  __syncthreads();
  return true;
}

// N columns of a thread from the list; of one o where N > 1.
template <int N, class T>
__device__ __forceinline__ void sum_listed(T* dx, const T* dy, const Listed& listed, const Slices& slices, i64 outer,
                                           i64 inner, i64 i) {
  using C = sum_t<T>;
  for (int s = 0; s < kSlices && slices.first + s < slices.length; ++s) {
    C sum[N];
#pragma unroll
    for (int n = 0; n < N; ++n) sum[n] = C(0);
    for (int entry = listed.begin[s]; entry < listed.begin[s + 1]; ++entry) {
      const Pack<T, N> here =
          *reinterpret_cast<const Pack<T, N>*>(dy + (outer * slices.count + listed.at[1][entry]) * inner + i);
#pragma unroll
      for (int n = 0; n < N; ++n) sum[n] += up(here.v[n]);
    }
    Pack<T, N> done;
#pragma unroll
    for (int n = 0; n < N; ++n) done.v[n] = down<T>(sum[n]);
    *reinterpret_cast<Pack<T, N>*>(dx + (outer * slices.length + slices.first + s) * inner + i) = done;
  }
}

// One column of a thread, where there is no list: as many slices at a time as there is room for sums.
template <class T, class Index>
__device__ void sum_hits(T* dx, const T* dy, const Index* index, const Slices& slices, bool is_inside, i64 outer,
                         i64 inner, i64 i) {
  using C = sum_t<T>;
  constexpr int kAtOnce = kSumBytes / (kGradientBlock * (int)sizeof(C));
  __shared__ C sum[kAtOnce][kGradientBlock];
  __shared__ u32 hits[kGradientBlock / 32];
  __shared__ i32 hit_slices[kGradientBlock];
  for (int low = 0; low < kSlices; low += kAtOnce) {
    for (int s = 0; s < kAtOnce; ++s) sum[s][threadIdx.x] = C(0);
    for (i64 start = 0; start < slices.count; start += kGradientBlock) {
      const i64 k = start + threadIdx.x;
      const int slice = (k < slices.count ? slices.of(index[k]) : -1) - low;
      const bool hit = slice >= 0 && slice < kAtOnce;
      hit_slices[threadIdx.x] = hit ? slice : 0;
      const u32 mask = __ballot_sync(kAllLanes, hit);
      if (threadIdx.x % 32 == 0) hits[threadIdx.x / 32] = mask;
      __syncthreads();
      for (int warp = 0; warp < kGradientBlock / 32 && is_inside; ++warp) {
        for (u32 rest = hits[warp]; rest != 0; rest &= rest - 1) {
          const int at = warp * 32 + __ffs((i32)rest) - 1;
          sum[hit_slices[at]][threadIdx.x] += up(dy[(outer * slices.count + start + at) * inner + i]);
        }
      }
      __syncthreads();  // the next entries overwrite these
    }
    if (!is_inside) continue;
    for (int s = 0; s < kAtOnce && slices.first + low + s < slices.length; ++s)
      dx[(outer * slices.length + slices.first + low + s) * inner + i] = down<T>(sum[s][threadIdx.x]);
  }
}

template <class T, class Index>
__global__ void __launch_bounds__(kGradientBlock, 5)
    index_select_gradient(T* dx /* [outer, length, inner] */, const T* dy /* [outer, count, inner] */,
                          const Index* index /* [count] */, i64 columns, i64 length, i64 count, i64 inner, i64 padding,
                          bool in_packs /* of 16 bytes, of one o each */) {
  constexpr int kEach = 16 / (int)sizeof(T);
  __shared__ Listed listed;
  const i64 width = in_packs ? kGradientBlock * kEach : kGradientBlock;
  const i64 tiles = (columns + width - 1) / width, begin = blockIdx.x % tiles * width;
  const Slices slices{blockIdx.x / tiles * kSlices, length, count, padding};
  if (list_hits(listed, index, slices)) {
    const i64 column = begin + threadIdx.x * (in_packs ? kEach : 1);
    if (column >= columns) return;
    const i64 outer = quotient_of(column, inner), i = column - outer * inner;
    if (in_packs) sum_listed<kEach>(dx, dy, listed, slices, outer, inner, i);
    else sum_listed<1>(dx, dy, listed, slices, outer, inner, i);
    return;
  }
  for (i64 column = begin + threadIdx.x; column - threadIdx.x < begin + width && column - threadIdx.x < columns; column += kGradientBlock) {
    const i64 outer = quotient_of(column, inner);
    sum_hits(dx, dy, index, slices, column < columns, outer, inner, column - outer * inner);
  }
}
