// y = (x - mean) * scale * gamma + beta for every channel of x [images, channels, spatial] or, channels last, of the rows of a matrix
// [images, channels]; scale = 1 / sqrt(variance + epsilon). In training mean and variance (1/n) are those of the channel's elements;
// running_mean and running_variance (the estimate from a sample, 1/(n-1)) move towards them: r = (1 - momentum) * r + momentum * new.
//
// Training reads x twice. batch_norm_moments gives each block a share of a channel (common/channels.cuh). A thread takes the mean of what
// it has in its registers and the squares around it, and joins these moments to those of what it had before, as threads and, in
// batch_norm_finish, shares are joined: by the formula of Chan, Golub and LeVeque (1979). batch_norm_apply writes y. For inference
// batch_norm_running turns the running variances into scales.
#include "common/channels.cuh"

template <class C> struct ShareMoments {
  C mean, deviations;
};

// How many elements, their mean and the sum of their squares around it.
template <class C> struct Moments {
  C count, mean, deviations;

  __device__ __forceinline__ Moments operator+(Moments other) const {
    if (other.count == C(0)) return *this;
    const C all = count + other.count, weight = other.count / all, step = other.mean - mean;
    // By the step equal means stay as they are; an infinite one it would make NaN.
    const C joined = math::is_nan(step - step) ? mean * (C(1) - weight) + other.mean * weight : mean + step * weight;
    return {all, joined, deviations + other.deviations + step * (count * weight) * step};
  }
  __device__ __forceinline__ Moments of_lane_xor(int distance) const {
    return {__shfl_xor_sync(kAllLanes, count, distance), __shfl_xor_sync(kAllLanes, mean, distance), __shfl_xor_sync(kAllLanes, deviations, distance)};
  }
  __device__ __forceinline__ operator ShareMoments<C>() const { return {mean, deviations}; }
};

template <class Walk, class T>
__device__ __forceinline__ void channel_moments(ShareMoments<compute_t<T>>* partial, const T* x, const Channels& s, i64 splits) {
  using C = compute_t<T>;
  constexpr int kAtOnce = Walk::kWidth > 1 ? 4 : 8, kChannels = Walk::kChannels;
  Walk walk(s, splits);
  Moments<C> moments[kChannels] = {};
  while (walk.left > 0) {
    typename Walk::Vector held[kAtOnce];
    const int count = walk.left < kAtOnce ? (int)walk.left : kAtOnce;
#pragma unroll
    for (int b = 0; b < kAtOnce; ++b) {
      if (b >= count) continue;
      held[b] = walk.load(x);
      walk.move();
    }
    const C elements = (C)(count * (Walk::kWidth / kChannels)), each = C(1) / elements;
#pragma unroll
    for (int k = 0; k < kChannels; ++k) {
      C sum = 0, squares = 0;
#pragma unroll
      for (int b = 0; b < kAtOnce; ++b) {
        if (b >= count) continue;
#pragma unroll
        for (int i = k; i < Walk::kWidth; i += kChannels) sum += held[b].at(i);
      }
      const C mean = sum * each;
#pragma unroll
      for (int b = 0; b < kAtOnce; ++b) {
        if (b >= count) continue;
#pragma unroll
        for (int i = k; i < Walk::kWidth; i += kChannels) {
          const C deviation = held[b].at(i) - mean;
          squares += deviation * deviation;
        }
      }
      moments[k] = moments[k] + Moments<C>{elements, mean, squares};
    }
  }
  leave_sums(partial, s, walk, moments);
}

template <class T, bool IsSide>
__global__ void __launch_bounds__(kChannelBlock) batch_norm_moments(ShareMoments<compute_t<T>>* partial /* [splits, channels] */, const T* x, Channels s, i64 splits) {
  if (has_vectors<IsSide>(s, x)) channel_moments<ChannelWalk<T, IsSide, true>>(partial, x, s, splits);
  else channel_moments<ChannelWalk<T, IsSide, false>>(partial, x, s, splits);
}

template <class T>
__global__ void __launch_bounds__(kChannelBlock)
    batch_norm_finish(Statistic<compute_t<T>>* statistics, compute_t<T>* running_mean, compute_t<T>* running_variance, bool has_running,
                      const ShareMoments<compute_t<T>>* partial, Channels s, i64 splits, compute_t<T> epsilon, compute_t<T> momentum) {
  using C = compute_t<T>;
  const i64 channel = channel_of_warp(), share = s.share<T>(splits);
  if (channel >= s.channels) return;
  const Moments<C> all = join_splits<Moments<C>>(splits, [&](i64 split) {
    const ShareMoments<C> part = partial[split * s.channels + channel];
    return Moments<C>{(C)(s.up_to_count((split + 1) * share) - s.up_to_count(split * share)), part.mean, part.deviations};
  });
  if (threadIdx.x % 32 != 0) return;
  const C count = (C)s.count();
  statistics[channel] = {all.mean, C(1) / math::sqrt(all.deviations / count + epsilon)};
  if (!has_running) return;
  running_mean[channel] = (C(1) - momentum) * running_mean[channel] + momentum * all.mean;
  running_variance[channel] = (C(1) - momentum) * running_variance[channel] + momentum * (all.deviations / (C)(s.count() - 1));
}

template <class T>
__global__ void __launch_bounds__(kChannelBlock)
    batch_norm_running(Statistic<compute_t<T>>* statistics, const compute_t<T>* mean, const compute_t<T>* variance, i64 channels, compute_t<T> epsilon) {
  using C = compute_t<T>;
  const i64 channel = blockIdx.x * (i64)blockDim.x + threadIdx.x;
  if (channel < channels) statistics[channel] = {mean[channel], C(1) / math::sqrt(variance[channel] + epsilon)};
}

template <class T> struct NormalizeByChannel {
  using C = compute_t<T>;
  struct Of {
    C mean, factor, shift;
  };
  const Statistic<C>* statistics;
  const T *gamma, *beta;
  bool has_gamma, has_beta;

  template <int N> __device__ __forceinline__ void load(Of (&of)[N], i64 channel) const {
    Statistic<C> statistic[N];
    T factor[N], shift[N];
    load_neighbours(statistic, statistics + channel);
    if (has_gamma) load_neighbours(factor, gamma + channel);
    if (has_beta) load_neighbours(shift, beta + channel);
#pragma unroll
    for (int k = 0; k < N; ++k) {
      of[k] = {statistic[k].mean, has_gamma ? statistic[k].scale * up(factor[k]) : statistic[k].scale, has_beta ? up(shift[k]) : C(0)};
    }
  }
  __device__ __forceinline__ C operator()(const Of& of, C x) const { return (x - of.mean) * of.factor + of.shift; }
};

template <class T>
__global__ void __launch_bounds__(kChannelBlock) batch_norm_apply(T* y, const T* x, const Statistic<compute_t<T>>* statistics, const T* gamma /* [channels] */,
                                                                  bool has_gamma, const T* beta /* [channels] */, bool has_beta, Channels s) {
  map_channels(y, s, NormalizeByChannel<T>{statistics, gamma, beta, has_gamma, has_beta}, x);
}
