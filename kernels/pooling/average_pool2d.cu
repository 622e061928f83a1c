// y[n, c, p, q] = the sum of x[n, c, h, w] under the window of (p, q) over the elements of the window, those in the padding counted or not.
// The gradient gathers: each input takes its share of the outputs whose windows cover it. A thread for each output (input).
#include "common/pooling.cuh"

__device__ __forceinline__ i32 divisor(const Convolution& s, i32 row, i32 column, bool counts_padding) {
  if (counts_padding) return s.filter_height * s.filter_width;
  return covered(row, s.stride_y, s.padding_y, s.filter_height, s.height) * covered(column, s.stride_x, s.padding_x, s.filter_width, s.width);
}

template <class T> __global__ void __launch_bounds__(256) average_pool2d(T* y, const T* x, bool counts_padding, Convolution s) {
  const i64 i = blockIdx.x * (i64)blockDim.x + threadIdx.x;
  if (i >= s.out_pixels() * s.filters) return;
  const Element out = output_element(s, i);
  const T* plane = x + out.pixel.image * s.x_image + out.channel * s.x_channel;
  sum_t<T> sum = 0;
  for_window(s, out.pixel, [&](i32, i32, i64 offset) { sum += up(plane[offset]); });
  y[i] = down<T>(sum / (sum_t<T>)divisor(s, out.pixel.row, out.pixel.column, counts_padding));
}

template <class T> __global__ void __launch_bounds__(256) average_pool2d_gradient(T* dx, const T* dy, bool counts_padding, Convolution s) {
  const i64 i = blockIdx.x * (i64)blockDim.x + threadIdx.x;
  if (i >= s.pixels() * s.channels) return;
  const Element in = input_element(s, i);
  const T* plane = dy + in.pixel.image * s.y_image + in.channel * s.y_filter;
  sum_t<T> sum = 0;
  for_windows_over(s, in.pixel, [&](i32 row, i32 column, i64 offset) { sum += up(plane[offset]) / (sum_t<T>)divisor(s, row, column, counts_padding); });
  dx[i] = down<T>(sum);
}
