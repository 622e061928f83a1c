// dx = (dy - mean(dy) - x^ * mean(dy * x^)) * scale * gamma, dgamma = sum of dy * x^ and dbeta = sum of dy over the elements of every
// channel: the gradients of batch_norm in training, where x^ = (x - mean(x)) * scale with the mean and scale that it left. x lies as
// [images, channels, spatial] or, channels last, as the matrix [images, channels].
//
// The sums come first (common/channels.cuh; batch_norm_gradient_join only where a channel is shared by several blocks), then dx, one
// thread for each element: x and dy are read twice.
#include "common/channels.cuh"

CK_PARAMETER_GRADIENT_KERNELS(batch_norm_gradient)

template <class T>
__global__ void __launch_bounds__(kChannelBlock)
    batch_norm_gradient_join(ParameterSums<compute_t<T>>* totals /* [channels] */, const ParameterSums<compute_t<T>>* partial, i64 channels, i64 splits) {
  const i64 channel = blockIdx.x * (i64)blockDim.x + threadIdx.x;
  if (channel < channels) totals[channel] = join_parameter_sums(partial, channel, channels, splits);
}

template <class T>
__global__ void __launch_bounds__(kChannelBlock)
    batch_norm_gradient(T* dx, const T* x, const T* dy, const Statistic<compute_t<T>>* statistics, const ParameterSums<compute_t<T>>* totals,
                        const T* gamma /* [channels] */, bool has_gamma, Channels s) {
  using C = compute_t<T>;
  const i64 i = blockIdx.x * (i64)blockDim.x + threadIdx.x;
  if (i >= s.count() * s.channels) return;
  const i64 channel = channel_of(s, i);
  const Statistic<C> of = statistics[channel];
  const ParameterSums<C> sums = totals[channel];
  const C count = (C)s.count();
  C value = (up(dy[i]) - sums.beta / count - (up(x[i]) - of.mean) * of.scale * (sums.gamma / count)) * of.scale;
  if (has_gamma) value *= up(gamma[channel]);
  dx[i] = down<T>(value);
}
