// dx = (dy - mean(dy) - x^ * mean(dy * x^)) * scale * gamma, dgamma = sum of dy * x^ and dbeta = sum of dy over the elements of every
// channel: the gradients of batch_norm in training, where x^ = (x - mean(x)) * scale with the mean and scale that it left. x lies as
// [images, channels, spatial] or, channels last, as the matrix [images, channels].
//
// The sums come first (common/channels.cuh; batch_norm_gradient_join only where a channel is shared by several blocks), then dx:
// x and dy are read twice.
#include "common/channels.cuh"

CK_PARAMETER_GRADIENT_KERNELS(batch_norm_gradient)

template <class T>
__global__ void __launch_bounds__(kChannelBlock)
    batch_norm_gradient_join(ParameterSums<compute_t<T>>* totals /* [channels] */, const ParameterSums<compute_t<T>>* partial, i64 channels, i64 splits) {
  const i64 channel = channel_of_warp();
  if (channel >= channels) return;
  const ParameterSums<compute_t<T>> sums = join_parameter_sums(partial, channel, channels, splits);
  if (threadIdx.x % 32 == 0) totals[channel] = sums;
}

template <class T> struct BatchNormGradientByChannel {
  using C = compute_t<T>;
  struct Of {
    C mean, offset, slope, factor;
  };
  const Statistic<C>* statistics;
  const ParameterSums<C>* totals;
  const T* gamma;
  bool has_gamma;
  C count;  // elements of a channel

  template <int N> __device__ __forceinline__ void load(Of (&of)[N], i64 channel) const {
    Statistic<C> statistic[N];
    ParameterSums<C> sums[N];
    T factor[N];
    load_neighbours(statistic, statistics + channel);
    load_neighbours(sums, totals + channel);
    if (has_gamma) load_neighbours(factor, gamma + channel);
#pragma unroll
    for (int k = 0; k < N; ++k) {
      const C scale = statistic[k].scale;
      of[k] = {statistic[k].mean, sums[k].beta / count, scale * (sums[k].gamma / count), has_gamma ? scale * up(factor[k]) : scale};
    }
  }
  __device__ __forceinline__ C operator()(const Of& of, C x, C dy) const { return (dy - of.offset - (x - of.mean) * of.slope) * of.factor; }
};

template <class T>
__global__ void __launch_bounds__(kChannelBlock)
    batch_norm_gradient(T* dx, const T* x, const T* dy, const Statistic<compute_t<T>>* statistics, const ParameterSums<compute_t<T>>* totals,
                        const T* gamma /* [channels] */, bool has_gamma, Channels s) {
  map_channels(dx, s, BatchNormGradientByChannel<T>{statistics, totals, gamma, has_gamma, (compute_t<T>)s.count()}, x, dy);
}
