// Channels of x [images, channels, spatial]: sums over all elements of each, in a fixed order, and results that each element makes with what
// its channel has. The host fills the same struct (ChannelLayout.cs). Elements move in vectors of 16 bytes: of one channel where the
// elements of a channel lie side by side (spatial > 1) in whole vectors, of neighbouring channels where those do (spatial = 1: the
// matrix [images, channels], which is also how channels-last images are seen); else one by one.
//
// A block of 256 threads sums one channel, or as many side by side as are 128 bytes. Long sums are split over several blocks, whose
// parts a last kernel joins, a warp for each channel. No atomics.
#pragma once
#include "common/indexing.cuh"
#include "common/row_norm.cuh"

constexpr int kChannelBlock = 256;
constexpr int kSideBytes = 128;  // of the channels that a block takes side by side
constexpr int kChannelRows = 4;  // vectors of a thread that makes results

struct Channels {
  i64 images, channels, spatial;
  i64 statistic_step;  // the mean and scale of (image, channel) stand at image * statistic_step + channel / group_channels
  i64 group_channels;  // 1 where all images share them

  __device__ __forceinline__ i64 count() const { return images * spatial; }

  // Elements of a channel in each of so many shares, whole vectors of x; the last shares have fewer, or none.
  template <class T> __device__ __forceinline__ i64 share(i64 splits) const {
    constexpr i64 kVector = 16 / sizeof(T);
    return ((count() + splits - 1) / splits + kVector - 1) / kVector * kVector;
  }
  __device__ __forceinline__ i64 up_to_count(i64 element) const { return element < count() ? element : count(); }
};

// Whether sums of channels can be read by vectors.
template <bool IsSide, class T, class... X> __device__ __forceinline__ bool has_vectors(const Channels& s, const T* x, const X*... others) {
  return is_wide(IsSide ? s.channels : s.spatial, x, others...);
}

// The vectors that a thread takes of its block's share, one after another.
template <class T, bool IsSide, bool IsWide> struct ChannelWalk {
  static constexpr int kWidth = IsWide ? 16 / (int)sizeof(T) : 1;
  static constexpr int kBlockChannels = IsSide ? kSideBytes / (int)sizeof(T) : 1;
  static constexpr int kChannels = IsSide ? kWidth : 1;              // of the thread
  static constexpr int kAcross = kBlockChannels / kChannels;         // threads that take the same elements of other channels
  static constexpr int kStep = kChannelBlock / kAcross * (IsSide ? 1 : kWidth);  // elements of a channel from one vector to the next
  using Vector = HeldVector<T, kWidth>;
  i64 channel, split;  // the thread's first channel
  i64 left;            // vectors
  i64 image, at;       // of the next one
  i64 place;           // within the image
  i64 spatial, image_step, place_step, at_step, next_image;

  __device__ __forceinline__ ChannelWalk(const Channels& s, i64 splits) : spatial(s.spatial) {
    const i64 tile = quotient_of(blockIdx.x, splits), share = s.share<T>(splits);
    split = blockIdx.x - tile * splits;
    channel = tile * kBlockChannels + threadIdx.x % kAcross * kChannels;
    const i64 first = split * share + threadIdx.x / kAcross * (IsSide ? 1 : kWidth), end = s.up_to_count((split + 1) * share);
    left = channel < s.channels && first < end ? (end - first + kStep - 1) / kStep : 0;
    image = IsSide ? first : quotient_of(first, spatial);
    place = IsSide ? 0 : first - image * spatial;
    at = (image * s.channels + channel) * spatial + place;
    image_step = IsSide ? kStep : quotient_of(kStep, spatial);
    place_step = IsSide ? 0 : kStep - image_step * spatial;
    at_step = image_step * s.channels * spatial + place_step;
    next_image = (s.channels - 1) * spatial;
  }

  __device__ __forceinline__ void move() {
    --left;
    image += image_step;
    at += at_step;
    if constexpr (!IsSide) {
      place += place_step;
      if (place < spatial) return;
      place -= spatial;
      ++image;
      at += next_image;
    }
  }

  __device__ __forceinline__ Vector load(const T* x) const { return *reinterpret_cast<const Vector*>(x + at); }
};

// Adds the threads' values for each channel of the block: thread c gets the sum of channel c of the block. Values are added by + and know
// the one of another lane.
template <class Walk, class A> __device__ __forceinline__ A add_over_block(A (&mine)[Walk::kChannels]) {
  constexpr int kTogether = Walk::kAcross < 32 ? 32 : Walk::kAcross;  // threads that leave one part of each channel
  constexpr int kParts = kChannelBlock / kTogether;
  __shared__ A part[kParts][Walk::kBlockChannels];
#pragma unroll
  for (int k = 0; k < Walk::kChannels; ++k) {
#pragma unroll
    for (int distance = 16; distance >= Walk::kAcross; distance /= 2) mine[k] = mine[k] + mine[k].of_lane_xor(distance);
    if (threadIdx.x % kTogether < Walk::kAcross) part[threadIdx.x / kTogether][threadIdx.x % Walk::kAcross * Walk::kChannels + k] = mine[k];
  }
  __syncthreads();
  A sum{};
  if (threadIdx.x < Walk::kBlockChannels) {
#pragma unroll
    for (int p = 0; p < kParts; ++p) sum = sum + part[p][threadIdx.x];
  }
  return sum;
}

// Leaves the sums of a block's channels in partial[split][channel].
template <class Walk, class A, class Part> __device__ __forceinline__ void leave_sums(Part* partial, const Channels& s, const Walk& walk, A (&mine)[Walk::kChannels]) {
  const A sum = add_over_block<Walk>(mine);
  const i64 channel = walk.channel - threadIdx.x % Walk::kAcross * Walk::kChannels + threadIdx.x;
  if (threadIdx.x < Walk::kBlockChannels && channel < s.channels) partial[walk.split * s.channels + channel] = sum;
}

// The sum over the warp of what join(split) gives, for lane 0.
template <class A, class Join> __device__ __forceinline__ A join_splits(i64 splits, Join join) {
  A sum{};
  for (i64 split = threadIdx.x % 32; split < splits; split += 32) sum = sum + join(split);
#pragma unroll
  for (int distance = 16; distance > 0; distance /= 2) sum = sum + sum.of_lane_xor(distance);
  return sum;
}
__device__ __forceinline__ i64 channel_of_warp() { return (blockIdx.x * (i64)blockDim.x + threadIdx.x) / 32; }

// sum dy and sum dy * x^ of a channel: the gradients to beta and gamma.
template <class C> struct ParameterSums {
  C beta, gamma;
  __device__ __forceinline__ ParameterSums operator+(ParameterSums other) const { return {beta + other.beta, gamma + other.gamma}; }
  __device__ __forceinline__ ParameterSums of_lane_xor(int distance) const {
    return {__shfl_xor_sync(kAllLanes, beta, distance), __shfl_xor_sync(kAllLanes, gamma, distance)};
  }
};

// partial[split][channel] of the block's channels and split.
template <class Walk, class T>
__device__ __forceinline__ void sum_parameters(
    ParameterSums<compute_t<T>>* partial, const T* x, const T* dy, const Statistic<compute_t<T>>* statistics, const Channels& s, i64 splits) {
  using C = compute_t<T>;
  constexpr int kAtOnce = Walk::kWidth > 1 ? 2 : 4;  // vectors of x and dy that are under way together
  constexpr int kChannels = Walk::kChannels;
  Walk walk(s, splits);
  ParameterSums<C> sums[kChannels] = {};
  const bool is_shared = s.statistic_step == 0;  // by all images
  const i64 group = quotient_of(walk.channel, s.group_channels);
  Statistic<C> of[kChannels];
  if (is_shared && walk.left > 0) {
#pragma unroll
    for (int k = 0; k < kChannels; ++k) of[k] = statistics[walk.channel + k];
  }
  while (walk.left > 0) {
    typename Walk::Vector value[kAtOnce], gradient[kAtOnce];
    Statistic<C> of_image[kAtOnce];
    const int count = walk.left < kAtOnce ? (int)walk.left : kAtOnce;
#pragma unroll
    for (int b = 0; b < kAtOnce; ++b) {
      if (b >= count) continue;
      value[b] = walk.load(x);
      gradient[b] = walk.load(dy);
      if (!is_shared) of_image[b] = statistics[walk.image * s.statistic_step + group];
      walk.move();
    }
#pragma unroll
    for (int b = 0; b < kAtOnce; ++b) {
      if (b >= count) continue;
      if (!is_shared) {
#pragma unroll
        for (int k = 0; k < kChannels; ++k) of[k] = of_image[b];
      }
#pragma unroll
      for (int i = 0; i < Walk::kWidth; ++i) {
        const int k = i % kChannels;
        const C g = gradient[b].at(i);
        sums[k] = sums[k] + ParameterSums<C>{g, g * ((value[b].at(i) - of[k].mean) * of[k].scale)};
      }
    }
  }
  leave_sums(partial, s, walk, sums);
}

template <bool IsSide, class T>
__device__ __forceinline__ void parameter_sums(
    ParameterSums<compute_t<T>>* partial, const T* x, const T* dy, const Statistic<compute_t<T>>* statistics, const Channels& s, i64 splits) {
  const bool shares_statistics = s.statistic_step == 0 || s.group_channels % (16 / (int)sizeof(T)) == 0;  // the channels of a vector
  if (has_vectors<IsSide>(s, x, dy) && (!IsSide || shares_statistics)) sum_parameters<ChannelWalk<T, IsSide, true>>(partial, x, dy, statistics, s, splits);
  else sum_parameters<ChannelWalk<T, IsSide, false>>(partial, x, dy, statistics, s, splits);
}

template <class C> __device__ __forceinline__ ParameterSums<C> join_parameter_sums(const ParameterSums<C>* partial, i64 channel, i64 channels, i64 splits) {
  return join_splits<ParameterSums<C>>(splits, [&](i64 split) { return partial[split * channels + channel]; });
}

// The kernels of the gradients to gamma and beta: NAME_sums over element type T and whether channels lie side by side, and NAME_finish.
#define CK_PARAMETER_GRADIENT_KERNELS(name)                                                                                                \
  template <class T, bool IsSide>                                                                                                          \
  __global__ void __launch_bounds__(kChannelBlock, 3) name##_sums(ParameterSums<compute_t<T>>* partial /* [splits, channels] */, const T* x, const T* dy, \
                                                               const Statistic<compute_t<T>>* statistics, Channels s, i64 splits) {        \
    parameter_sums<IsSide>(partial, x, dy, statistics, s, splits);                                                                         \
  }                                                                                                                                        \
  template <class T>                                                                                                                       \
  __global__ void __launch_bounds__(kChannelBlock) name##_finish(T* dgamma, bool has_dgamma, T* dbeta, bool has_dbeta,                      \
                                                                 const ParameterSums<compute_t<T>>* partial, i64 channels, i64 splits) {   \
    const i64 channel = channel_of_warp();                                                                                                 \
    if (channel >= channels) return;                                                                                                       \
    const ParameterSums<compute_t<T>> sums = join_parameter_sums(partial, channel, channels, splits);                                      \
    if (threadIdx.x % 32 != 0) return;                                                                                                     \
    if (has_dgamma) dgamma[channel] = down<T>(sums.gamma);                                                                                 \
    if (has_dbeta) dbeta[channel] = down<T>(sums.beta);                                                                                    \
  }

// A vector of 16 bytes of each operand, whether they lie so or not.
template <class T, int N, int Inputs> struct ChannelOperands {
  HeldVector<T, N> held[Inputs];

  __device__ __forceinline__ void load(const T* const (&x)[Inputs], i64 at, bool is_aligned, int count) {
#pragma unroll
    for (int input = 0; input < Inputs; ++input) {
      if (is_aligned && count == N) {
        held[input] = *reinterpret_cast<const HeldVector<T, N>*>(x[input] + at);
        continue;
      }
      compute_t<T> values[N] = {};
#pragma unroll
      for (int i = 0; i < N; ++i) {
        if (i < count) values[i] = up(x[input][at + i]);
      }
      held[input].set(values);
    }
  }

  template <class Rule> __device__ __forceinline__ compute_t<T> result(const Rule& rule, const typename Rule::Of& of, int i) const {
    if constexpr (Inputs == 1) return rule(of, held[0].at(i));
    else return rule(of, held[0].at(i), held[1].at(i));
  }

  __device__ __forceinline__ static void store(T* y, const compute_t<T> (&values)[N], bool is_aligned, int count) {
    if (is_aligned && count == N) {
      HeldVector<T, N> out;
      out.set(values);
      *reinterpret_cast<HeldVector<T, N>*>(y) = out;
      return;
    }
#pragma unroll
    for (int i = 0; i < N; ++i) {
      if (i < count) y[i] = down<T>(values[i]);
    }
  }
};

// y = rule(of its channel, x...) for every element. A rule loads what it needs `of` a channel, or of N neighbours. The host gives as many
// blocks as ChannelLaunch.cs says, for kChannelRows vectors a thread: where channels lie side by side in whole vectors those of the same
// channels in so many rows, so that what is loaded of channels serves them all; else neighbouring threads' vectors lie side by side, and the
// channel of each is found by division.
template <class Rule, class T, class... X> __device__ __forceinline__ void map_channels(T* y, const Channels& s, const Rule& rule, const X*... x) {
  constexpr int N = 16 / (int)sizeof(T), kInputs = sizeof...(X);
  const T* const inputs[kInputs] = {x...};
  const i64 thread = blockIdx.x * (i64)blockDim.x + threadIdx.x;
  bool aligned = is_aligned<N>(y);
  ((aligned = aligned && is_aligned<N>(x)), ...);
  compute_t<T> values[N];
  if (s.spatial == 1 && s.channels % N == 0) {
    const i64 across = s.channels / N, rows = (s.images + kChannelRows - 1) / kChannelRows;
    const i64 row = quotient_of(thread, across), channel = (thread - row * across) * N;
    if (row >= rows) return;
    ChannelOperands<T, N, kInputs> operands[kChannelRows];
#pragma unroll
    for (int r = 0; r < kChannelRows; ++r) {
      if (row + r * rows < s.images) operands[r].load(inputs, (row + r * rows) * s.channels + channel, aligned, N);
    }
    typename Rule::Of of[N];
    rule.load(of, channel);
#pragma unroll
    for (int r = 0; r < kChannelRows; ++r) {
      if (row + r * rows >= s.images) return;
#pragma unroll
      for (int i = 0; i < N; ++i) values[i] = operands[r].result(rule, of[i], i);
      operands[r].store(y + (row + r * rows) * s.channels + channel, values, aligned, N);
    }
    return;
  }
  const i64 block = blockIdx.x * (i64)(kChannelBlock * kChannelRows), n = s.count() * s.channels;
  ChannelOperands<T, N, kInputs> operands[kChannelRows];
#pragma unroll
  for (int r = 0; r < kChannelRows; ++r) {
    const i64 first = (block + r * kChannelBlock + threadIdx.x) * N;
    if (first < n) operands[r].load(inputs, first, aligned, n - first < N ? (int)(n - first) : N);
  }
#pragma unroll
  for (int r = 0; r < kChannelRows; ++r) {
    const i64 first = (block + r * kChannelBlock + threadIdx.x) * N;
    if (first >= n) return;
    const i64 plane = quotient_of(first, s.spatial);
    i64 rest = (plane + 1) * s.spatial - first, channel = plane - quotient_of(plane, s.channels) * s.channels;
    typename Rule::Of of[1];
    rule.load(of, channel);
    if (rest >= N) {
#pragma unroll
      for (int i = 0; i < N; ++i) values[i] = operands[r].result(rule, of[0], i);
    } else {
#pragma unroll
      for (int i = 0; i < N; ++i) {
        if (rest == 0) {
          rest = s.spatial;
          channel = channel + 1 == s.channels ? 0 : channel + 1;
          rule.load(of, channel);
        }
        --rest;
        values[i] = operands[r].result(rule, of[0], i);
      }
    }
    operands[r].store(y + first, values, aligned, n - first < N ? (int)(n - first) : N);
  }
}
