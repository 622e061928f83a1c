// y = (x - mean) * scale * gamma + beta for every channel of x [images, channels, spatial] or, channels last, of the rows of a matrix
// [images, channels]; scale = 1 / sqrt(variance + epsilon). In training mean and variance (1/n) are those of the channel's elements;
// running_mean and running_variance (the estimate from a sample, 1/(n-1)) move towards them: r = (1 - momentum) * r + momentum * new.
//
// Training reads x three times. batch_norm_moments gives each block a share of a channel (common/channels.cuh), whose mean it takes
// first and whose squares it sums around that mean; batch_norm_finish joins the shares by the formula of Chan, Golub and LeVeque
// (1979); batch_norm_apply writes y. For inference batch_norm_running turns the running variances into scales.
#include "common/channels.cuh"

template <class C> struct Total {
  C sum;
  __device__ __forceinline__ Total operator+(Total other) const { return {sum + other.sum}; }
};

template <class C> struct ShareMoments {
  C mean, deviations;
};

template <class T, int Width>
__global__ void __launch_bounds__(kChannelBlock) batch_norm_moments(ShareMoments<compute_t<T>>* partial /* [splits, channels] */, const T* x, Channels s, i64 splits) {
  using C = compute_t<T>;
  const ChannelShare mine = share_of_block<Width>(s, splits);
  Total<C> sum{C(0)};
  for (i64 i = mine.begin; i < mine.end; i += kChannelStep<Width>) sum.sum += up(x[channel_element<Width>(s, mine.channel, i).at]);
  const C mean = add_over_block<Width>(sum).sum / (C)mine.count;
  Total<C> squares{C(0)};
  for (i64 i = mine.begin; i < mine.end; i += kChannelStep<Width>) {
    const C deviation = up(x[channel_element<Width>(s, mine.channel, i).at]) - mean;
    squares.sum += deviation * deviation;
  }
  squares = add_over_block<Width>(squares);
  if (threadIdx.x < Width && mine.channel >= 0) partial[mine.split * s.channels + mine.channel] = {mean, squares.sum};
}

template <class T>
__global__ void __launch_bounds__(kChannelBlock)
    batch_norm_finish(Statistic<compute_t<T>>* statistics, compute_t<T>* running_mean, compute_t<T>* running_variance, bool has_running,
                      const ShareMoments<compute_t<T>>* partial, Channels s, i64 splits, compute_t<T> epsilon, compute_t<T> momentum) {
  using C = compute_t<T>;
  const i64 channel = blockIdx.x * (i64)blockDim.x + threadIdx.x;
  if (channel >= s.channels) return;
  C mean = 0, deviations = 0;
  const i64 share = (s.count() + splits - 1) / splits;
  i64 count = 0;
  for (i64 split = 0; count < s.count(); ++split) {  // the last shares may be empty
    const i64 elements = s.count() - count < share ? s.count() - count : share;
    const ShareMoments<C> part = partial[split * s.channels + channel];
    const C step = part.mean - mean, weight = (C)elements / (C)(count + elements);
    mean += step * weight;
    deviations += part.deviations + step * step * (C)count * weight;
    count += elements;
  }
  statistics[channel] = {mean, C(1) / math::sqrt(deviations / (C)count + epsilon)};
  if (!has_running) return;
  running_mean[channel] = (C(1) - momentum) * running_mean[channel] + momentum * mean;
  running_variance[channel] = (C(1) - momentum) * running_variance[channel] + momentum * (deviations / (C)(count - 1));
}

template <class T>
__global__ void __launch_bounds__(kChannelBlock)
    batch_norm_running(Statistic<compute_t<T>>* statistics, const compute_t<T>* mean, const compute_t<T>* variance, i64 channels, compute_t<T> epsilon) {
  using C = compute_t<T>;
  const i64 channel = blockIdx.x * (i64)blockDim.x + threadIdx.x;
  if (channel < channels) statistics[channel] = {mean[channel], C(1) / math::sqrt(variance[channel] + epsilon)};
}

template <class T>
__global__ void __launch_bounds__(kChannelBlock) batch_norm_apply(T* y, const T* x, const Statistic<compute_t<T>>* statistics, const T* gamma /* [channels] */,
                                                                  bool has_gamma, const T* beta /* [channels] */, bool has_beta, Channels s) {
  using C = compute_t<T>;
  const i64 i = blockIdx.x * (i64)blockDim.x + threadIdx.x;
  if (i >= s.count() * s.channels) return;
  const i64 channel = channel_of(s, i);
  const Statistic<C> of = statistics[channel];
  C value = (up(x[i]) - of.mean) * of.scale;
  if (has_gamma) value *= up(gamma[channel]);
  if (has_beta) value += up(beta[channel]);
  y[i] = down<T>(value);
}
