// Sums over all elements of a channel of x [images, channels, spatial], in a fixed order. The host fills the same struct
// (ChannelLayout.cs). A block of 256 threads takes Width channels side by side: 1 where the elements of a channel lie side by side
// (spatial > 1), 32 where the channels do (spatial = 1: the matrix [images, channels], which is also how channels-last images are
// seen). Long sums are split over several blocks, whose parts a last kernel joins in order. No atomics.
#pragma once
#include "common/compute.cuh"
#include "common/row_norm.cuh"

constexpr int kChannelBlock = 256;
constexpr int kElementsAtOnce = 4;  // of a thread, whose loads are under way together

struct Channels {
  i64 images, channels, spatial;
  i64 statistic_step;  // the mean and scale of (image, channel) stand at image * statistic_step + channel / group_channels
  i64 group_channels;

  __device__ __forceinline__ i64 count() const { return images * spatial; }
  __device__ __forceinline__ i64 statistic(i64 image, i64 channel) const { return image * statistic_step + channel / group_channels; }
};

// a / b of numbers that are not negative. 32-bit division is several times quicker than 64-bit.
__device__ __forceinline__ i64 quotient_of(i64 a, i64 b) {
  if (((a | b) >> 32) == 0) return (i64)((u32)a / (u32)b);
  return a / b;
}

// The image and the place in memory of element `index` of a channel.
struct ChannelElement {
  i64 image, at;
};
template <int Width> __device__ __forceinline__ ChannelElement channel_element(const Channels& s, i64 channel, i64 index) {
  if constexpr (Width > 1) return {index, index * s.channels + channel};
  const i64 image = quotient_of(index, s.spatial);
  return {image, (image * s.channels + channel) * s.spatial + (index - image * s.spatial)};
}

// The channel of the element at a place in memory.
__device__ __forceinline__ i64 channel_of(const Channels& s, i64 at) {
  const i64 plane = quotient_of(at, s.spatial);
  return plane - quotient_of(plane, s.channels) * s.channels;
}

// The share of a block: channel, or -1 past the last one, and of its `count` elements the thread's: begin, begin + step, ... below end.
struct ChannelShare {
  i64 channel, split, count, begin, end;
};
template <int Width> __device__ __forceinline__ ChannelShare share_of_block(const Channels& s, i64 splits) {
  const i64 channel = blockIdx.x / splits * Width + threadIdx.x % Width, split = blockIdx.x % splits;
  const i64 share = (s.count() + splits - 1) / splits;
  const i64 end = (split + 1) * share < s.count() ? (split + 1) * share : s.count();
  return {channel < s.channels ? channel : -1, split, end - split * share, split * share + threadIdx.x / Width, channel < s.channels ? end : 0};
}
template <int Width> constexpr int kChannelStep = kChannelBlock / Width;

// Adds the threads' values for each channel of the block; every thread gets the sum of its channel.
template <int Width, class A> __device__ __forceinline__ A add_over_block(A mine) {
  __shared__ A part[kChannelBlock];
  part[threadIdx.x] = mine;
  __syncthreads();
#pragma unroll
  for (int half = kChannelBlock / 2; half >= Width; half /= 2) {
    if (threadIdx.x < half) part[threadIdx.x] = part[threadIdx.x] + part[threadIdx.x + half];
    __syncthreads();
  }
  const A sum = part[threadIdx.x % Width];
  __syncthreads();  // the next sum overwrites the parts
  return sum;
}

// sum dy and sum dy * x^ of a channel: the gradients to beta and gamma.
template <class C> struct ParameterSums {
  C beta, gamma;
  __device__ __forceinline__ ParameterSums operator+(ParameterSums other) const { return {beta + other.beta, gamma + other.gamma}; }
};

// partial[split][channel] of the block's channels and split.
template <int Width, class T>
__device__ __forceinline__ void parameter_sums(
    ParameterSums<compute_t<T>>* partial, const T* x, const T* dy, const Statistic<compute_t<T>>* statistics, const Channels& s, i64 splits) {
  using C = compute_t<T>;
  const ChannelShare mine = share_of_block<Width>(s, splits);
  ParameterSums<C> sums{C(0), C(0)};
  for (i64 first = mine.begin; first < mine.end; first += kElementsAtOnce * kChannelStep<Width>) {
    C g[kElementsAtOnce] = {}, value[kElementsAtOnce] = {};  // 0 past the end, which adds nothing
    Statistic<C> of[kElementsAtOnce] = {};
#pragma unroll
    for (int b = 0; b < kElementsAtOnce; ++b) {
      const i64 i = first + b * kChannelStep<Width>;
      if (i >= mine.end) continue;
      const ChannelElement element = channel_element<Width>(s, mine.channel, i);
      of[b] = statistics[s.statistic(element.image, mine.channel)];
      g[b] = up(dy[element.at]);
      value[b] = up(x[element.at]);
    }
#pragma unroll
    for (int b = 0; b < kElementsAtOnce; ++b) sums = sums + ParameterSums<C>{g[b], g[b] * ((value[b] - of[b].mean) * of[b].scale)};
  }
  sums = add_over_block<Width>(sums);
  if (threadIdx.x < Width && mine.channel >= 0) partial[mine.split * s.channels + mine.channel] = sums;
}

template <class C> __device__ __forceinline__ ParameterSums<C> join_parameter_sums(const ParameterSums<C>* partial, i64 channel, i64 channels, i64 splits) {
  ParameterSums<C> sums{C(0), C(0)};
  for (i64 split = 0; split < splits; ++split) sums = sums + partial[split * channels + channel];
  return sums;
}

// The kernels of the gradients to gamma and beta: NAME_sums over element type T and a width, and NAME_finish.
#define CK_PARAMETER_GRADIENT_KERNELS(name)                                                                                                \
  template <class T, int Width>                                                                                                            \
  __global__ void __launch_bounds__(kChannelBlock) name##_sums(ParameterSums<compute_t<T>>* partial /* [splits, channels] */, const T* x, const T* dy, \
                                                               const Statistic<compute_t<T>>* statistics, Channels s, i64 splits) {        \
    parameter_sums<Width>(partial, x, dy, statistics, s, splits);                                                                          \
  }                                                                                                                                        \
  template <class T>                                                                                                                       \
  __global__ void __launch_bounds__(kChannelBlock) name##_finish(T* dgamma, bool has_dgamma, T* dbeta, bool has_dbeta,                      \
                                                                 const ParameterSums<compute_t<T>>* partial, i64 channels, i64 splits) {   \
    const i64 channel = blockIdx.x * (i64)blockDim.x + threadIdx.x;                                                                        \
    if (channel >= channels) return;                                                                                                       \
    const ParameterSums<compute_t<T>> sums = join_parameter_sums(partial, channel, channels, splits);                                      \
    if (has_dgamma) dgamma[channel] = down<T>(sums.gamma);                                                                                 \
    if (has_dbeta) dbeta[channel] = down<T>(sums.beta);                                                                                    \
  }
