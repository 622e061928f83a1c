// y[n, c, p, q] = the mean of x[n, c, h, w] over h in [floor(p*height/out_height), ceil((p+1)*height/out_height)) and w likewise: windows
// that divide an image of any size into out_height x out_width parts, overlapping where it does not divide evenly; 1 x 1 is the
// global mean. The gradient gathers from the windows that cover an input. A thread for each output (input), or for a vector of channels
// (common/side_channels.cuh).
#include "common/side_channels.cuh"

__device__ __forceinline__ i32 part_begin(i32 part, i32 length, i32 parts) { return (i32)quotient_of((i64)part * length, parts); }
__device__ __forceinline__ i32 part_end(i32 part, i32 length, i32 parts) { return (i32)quotient_of((i64)(part + 1) * length + parts - 1, parts); }

template <class T> struct AdaptiveAveragePool2d {
  T* y;
  const T* x;
  const Convolution& s;

  template <int N> __device__ __forceinline__ void run(i64 i) const {
    const Element out = output_element(s, i);
    const T* plane = x + out.pixel.image * s.x_image + out.channel * s.x_channel;
    const i32 top = part_begin(out.pixel.row, s.height, s.out_height), bottom = part_end(out.pixel.row, s.height, s.out_height);
    const i32 left = part_begin(out.pixel.column, s.width, s.out_width), right = part_end(out.pixel.column, s.width, s.out_width);
    sum_t<T> sum[N] = {};
    for (i32 row = top; row < bottom; ++row) {
#pragma unroll 4
      for (i32 column = left; column < right; ++column) {
        const HeldVector<T, N> values = load_channels<N>(plane + row * s.x_row + column * s.x_column);
#pragma unroll
        for (int k = 0; k < N; ++k) sum[k] += values.at(k);
      }
    }
    const sum_t<T> elements = (sum_t<T>)((bottom - top) * (right - left));
#pragma unroll
    for (int k = 0; k < N; ++k) sum[k] = sum[k] / elements;
    store_channels<N>(y + i, sum);
  }
};

template <class T> __global__ void __launch_bounds__(256) adaptive_average_pool2d(T* y, const T* x, Convolution s) {
  for_channels<T>(s, s.out_pixels() * s.filters, AdaptiveAveragePool2d<T>{y, x, s}, y, x);
}

template <class T> struct AdaptiveAveragePool2dGradient {
  T* dx;
  const T* dy;
  const Convolution& s;

  template <int N> __device__ __forceinline__ void run(i64 i) const {
    const Element in = input_element(s, i);
    const T* plane = dy + in.pixel.image * s.y_image + in.channel * s.y_filter;
    // An input lies in the parts whose begin is not after it and whose end is.
    const i32 bottom = part_end(in.pixel.row, s.out_height, s.height), right = part_end(in.pixel.column, s.out_width, s.width);
    sum_t<T> sum[N] = {};
    for (i32 p = part_begin(in.pixel.row, s.out_height, s.height); p < bottom; ++p) {
      const i32 rows = part_end(p, s.height, s.out_height) - part_begin(p, s.height, s.out_height);
      for (i32 q = part_begin(in.pixel.column, s.out_width, s.width); q < right; ++q) {
        const i32 columns = part_end(q, s.width, s.out_width) - part_begin(q, s.width, s.out_width);
        const HeldVector<T, N> values = load_channels<N>(plane + p * s.y_row + q * s.y_column);
#pragma unroll
        for (int k = 0; k < N; ++k) sum[k] += values.at(k) / (sum_t<T>)(rows * columns);
      }
    }
    store_channels<N>(dx + i, sum);
  }
};

template <class T> __global__ void __launch_bounds__(256) adaptive_average_pool2d_gradient(T* dx, const T* dy, Convolution s) {
  for_channels<T>(s, s.pixels() * s.channels, AdaptiveAveragePool2dGradient<T>{dx, dy, s}, dx, dy);
}
