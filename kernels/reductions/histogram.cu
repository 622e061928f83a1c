// counts[b] += how many elements of x lie in the b-th of `bins` equal parts of [low, high]: b = floor((x - low) *
// scale), scale = bins / (high - low), in double for every type, so that a bin does not depend on the device; high
// itself lies in the last one. NaN and what lies outside is not counted. Counts are integers: the order of the atomics
// is not seen.
//
// x is read once. Up to 4,096 bins stand in shared memory, for each block its own, and are added to the counts at the
// end, so that many elements of one bin meet within their block only; more bins are counted where they are.
#include "common/compute.cuh"

constexpr int kHistogramBlock = 512;
constexpr int kSharedBins = 4096;

struct Bins {
  double low, high, scale;
  i64 count;
};

// The bin of an element, -1 for none.
template <class T>
__device__ __forceinline__ i64 bin_of(T x, const Bins& bins) {
  const double value = (double)up(x);
  if (!(value >= bins.low && value <= bins.high)) return -1;
  const i64 bin = (i64)((value - bins.low) * bins.scale);
  return bin < bins.count ? bin : bins.count - 1;
}

template <class T>
__global__ void __launch_bounds__(kHistogramBlock)
    histogram_shared(u64* counts /* [bins] */, const T* x, i64 length, Bins bins) {
  __shared__ u32 own[kSharedBins];
  for (int bin = threadIdx.x; bin < bins.count; bin += kHistogramBlock) own[bin] = 0;
  __syncthreads();
  for (i64 i = blockIdx.x * (i64)kHistogramBlock + threadIdx.x; i < length; i += gridDim.x * (i64)kHistogramBlock) {
    const i64 bin = bin_of(x[i], bins);
    if (bin >= 0) atomicAdd(&own[bin], 1u);
  }
  __syncthreads();
  for (int bin = threadIdx.x; bin < bins.count; bin += kHistogramBlock)
    if (own[bin] != 0) atomicAdd(&counts[bin], (u64)own[bin]);
}

template <class T>
__global__ void __launch_bounds__(kHistogramBlock)
    histogram_global(u64* counts /* [bins] */, const T* x, i64 length, Bins bins) {
  const i64 i = blockIdx.x * (i64)kHistogramBlock + threadIdx.x;
  if (i >= length) return;
  const i64 bin = bin_of(x[i], bins);
  if (bin >= 0) atomicAdd(&counts[bin], 1ull);
}
