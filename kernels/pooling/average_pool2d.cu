// y[n, c, p, q] = the sum of x[n, c, h, w] under the window of (p, q) over the elements of the window, those in the padding counted or not.
// The gradient gathers: each input takes its share of the outputs whose windows cover it. A thread for each output (input), or for a
// vector of channels (common/side_channels.cuh).
#include "common/pooling.cuh"

__device__ __forceinline__ i32 divisor(const Convolution& s, i32 row, i32 column, bool counts_padding) {
  if (counts_padding) return s.filter_height * s.filter_width;
  return covered(row, s.stride_y, s.padding_y, s.filter_height, s.height) * covered(column, s.stride_x, s.padding_x, s.filter_width, s.width);
}

template <class T> struct AveragePool2d {
  T* y;
  const T* x;
  bool counts_padding;
  const Convolution& s;

  template <int N> __device__ __forceinline__ void run(i64 i) const {
    const Element out = output_element(s, i);
    const T* plane = x + out.pixel.image * s.x_image + out.channel * s.x_channel;
    sum_t<T> sum[N] = {};
    for_window(s, out.pixel, [&](i32, i32, i64 offset) {
      const HeldVector<T, N> values = load_channels<N>(plane + offset);
#pragma unroll
      for (int k = 0; k < N; ++k) sum[k] += values.at(k);
    });
    const sum_t<T> elements = (sum_t<T>)divisor(s, out.pixel.row, out.pixel.column, counts_padding);
#pragma unroll
    for (int k = 0; k < N; ++k) sum[k] = sum[k] / elements;
    store_channels<N>(y + i, sum);
  }
};

template <class T> __global__ void __launch_bounds__(256) average_pool2d(T* y, const T* x, bool counts_padding, Convolution s) {
  for_channels<T>(s, s.out_pixels() * s.filters, AveragePool2d<T>{y, x, counts_padding, s}, y, x);
}

template <class T> struct AveragePool2dGradient {
  T* dx;
  const T* dy;
  bool counts_padding;
  const Convolution& s;

  template <int N> __device__ __forceinline__ void run(i64 i) const {
    const Element in = input_element(s, i);
    const T* plane = dy + in.pixel.image * s.y_image + in.channel * s.y_filter;
    sum_t<T> sum[N] = {};
    for_windows_over(s, in.pixel, [&](i32 row, i32 column, i64 offset) {
      const HeldVector<T, N> values = load_channels<N>(plane + offset);
      const sum_t<T> elements = (sum_t<T>)divisor(s, row, column, counts_padding);
#pragma unroll
      for (int k = 0; k < N; ++k) sum[k] += values.at(k) / elements;
    });
    store_channels<N>(dx + i, sum);
  }
};

template <class T> __global__ void __launch_bounds__(256) average_pool2d_gradient(T* dx, const T* dy, bool counts_padding, Convolution s) {
  for_channels<T>(s, s.pixels() * s.channels, AveragePool2dGradient<T>{dx, dy, counts_padding, s}, dx, dy);
}
