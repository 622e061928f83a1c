// counts[b] += how many elements of x lie in the b-th of `bins` equal parts of [low, high]: b = floor((x - low) *
// scale), scale = bins / (high - low), in double for every type, so that a bin does not depend on the device; high
// itself lies in the last one. NaN and what lies outside is not counted. Counts are integers: the order of the atomics
// is not seen.
//
// x is read once. Up to 4,096 bins stand in shared memory, for each block its own, and are added to the counts at the
// end, so that many elements of one bin meet within their block only; more bins are counted where they are. Of few bins a
// block has up to 32 copies, as many as there is room for, side by side: the lanes of a warp that count at once do so in
// other banks.
#include "common/compute.cuh"
#include "common/pack.cuh"

constexpr int kHistogramBlock = 512;
constexpr int kSharedBins = 4096;

struct Bins {
  double low, high, scale;
  i64 count;
};

// The bin of an element that lies inside, in an integer that holds the number of bins; else any.
template <class Int, class T>
__device__ __forceinline__ Int bin_of(T x, const Bins& bins, bool& is_inside) {
  const double value = (double)up(x);
  is_inside = value >= bins.low && value <= bins.high;
  const Int bin = (Int)(((is_inside ? value : bins.low) - bins.low) * bins.scale), last = (Int)bins.count - 1;
  return bin < last ? bin : last;
}

// A thread loads four packs of 16 bytes (two of bytes) before it counts the first; two blocks on a multiprocessor have 64 KB in
// flight. The fewer than two packs' elements before the first multiple of 16 bytes and behind the last are the first
// block's.
template <class T>
__global__ void __launch_bounds__(kHistogramBlock, 2)
    histogram_shared(u64* counts /* [bins] */, const T* x, i64 length, Bins bins) {
  constexpr int kEach = 16 / (int)sizeof(T), kPacks = sizeof(T) == 1 ? 2 : 4;
  using Elements = Pack<T, kEach>;
  __shared__ u32 own[kSharedBins];
  int shift = 0;
  while (shift < 5 && bins.count << (shift + 1) <= kSharedBins) ++shift;
  const int copies = 1 << shift, copy = threadIdx.x & (copies - 1);
  for (int word = threadIdx.x; word < bins.count << shift; word += kHistogramBlock) own[word] = 0;
  __syncthreads();
  const i64 aligned = (i64)((0 - reinterpret_cast<u64>(x) / sizeof(T)) % kEach), head = aligned < length ? aligned : length;
  const i64 packs = (length - head) / kEach, rest = length - packs * kEach;
  const auto count = [&](T element) {
    bool is_inside;
    const int bin = bin_of<int>(element, bins, is_inside);
    if (is_inside) atomicAdd(&own[(bin << shift) + copy], 1u);
  };
  if (blockIdx.x == 0 && threadIdx.x < rest) count(x[threadIdx.x < head ? threadIdx.x : packs * kEach + threadIdx.x]);
  const Elements* from = reinterpret_cast<const Elements*>(x + head);
  for (i64 pack = blockIdx.x * (i64)(kHistogramBlock * kPacks) + threadIdx.x; pack < packs;
       pack += gridDim.x * (i64)(kHistogramBlock * kPacks)) {
    Elements elements[kPacks];
#pragma unroll
    for (int p = 0; p < kPacks; ++p)
      if (pack + p * kHistogramBlock < packs) elements[p] = from[pack + p * kHistogramBlock];
#pragma unroll
    for (int p = 0; p < kPacks; ++p) {
      if (pack + p * kHistogramBlock >= packs) break;
#pragma unroll
      for (int i = 0; i < kEach; ++i) count(elements[p].v[i]);
    }
  }
  __syncthreads();
  for (int bin = threadIdx.x; bin < bins.count; bin += kHistogramBlock) {
    u32 sum = 0;
    for (int c = 0; c < copies; ++c) sum += own[(bin << shift) + ((c + bin) & (copies - 1))];  // another bank each
    if (sum != 0) atomicAdd(&counts[bin], (u64)sum);
  }
}

template <class T>
__global__ void __launch_bounds__(kHistogramBlock)
    histogram_global(u64* counts /* [bins] */, const T* x, i64 length, Bins bins) {
  const i64 i = blockIdx.x * (i64)kHistogramBlock + threadIdx.x;
  if (i >= length) return;
  bool is_inside;
  const i64 bin = bin_of<i64>(x[i], bins, is_inside);
  if (is_inside) atomicAdd(&counts[bin], 1ull);
}
