// y[n, c, p, q] = x[n, c, floor(p * height / out_height), floor(q * width / out_width)], bit for bit: images of another
// size, each pixel from the one that it covers. Places are computed in integers, so that no rounding moves them. A
// thread for each output (input), or for a vector of channels (common/side_channels.cuh).
//
// The gradient gathers: each input takes the sum of dy over the outputs that it went to, in a fixed order.
#include "common/side_channels.cuh"

__device__ __forceinline__ i32 source_of(i32 out, i32 length, i32 out_length) {
  return (i32)quotient_of((i64)out * length, out_length);
}
// The first output that comes from an input, or from one after it.
__device__ __forceinline__ i32 begin_of(i32 in, i32 length, i32 out_length) {
  return (i32)quotient_of((i64)in * out_length + length - 1, length);
}

template <class T>
struct UpsampleNearest2d {
  T* y;
  const T* x;
  const Convolution& s;

  template <int N>
  __device__ __forceinline__ void run(i64 i) const {
    const Element out = output_element(s, i);
    const i32 row = source_of(out.pixel.row, s.height, s.out_height),
              column = source_of(out.pixel.column, s.width, s.out_width);
    const T* from = x + out.pixel.image * s.x_image + out.channel * s.x_channel + row * s.x_row + column * s.x_column;
    *reinterpret_cast<Pack<T, N>*>(y + i) = *reinterpret_cast<const Pack<T, N>*>(from);
  }
};

template <class T>
__global__ void __launch_bounds__(256) upsample_nearest2d(T* y, const T* x, Convolution s) {
  for_channels<T>(s, s.out_pixels() * s.filters, UpsampleNearest2d<T>{y, x, s}, y, x);
}

template <class T>
struct UpsampleNearest2dGradient {
  T* dx;
  const T* dy;
  const Convolution& s;

  template <int N>
  __device__ __forceinline__ void run(i64 i) const {
    const Element in = input_element(s, i);
    const T* plane = dy + in.pixel.image * s.y_image + in.channel * s.y_filter;
    const i32 bottom = begin_of(in.pixel.row + 1, s.height, s.out_height),
              left = begin_of(in.pixel.column, s.width, s.out_width),
              right = begin_of(in.pixel.column + 1, s.width, s.out_width);
    sum_t<T> sum[N] = {};
    for (i32 p = begin_of(in.pixel.row, s.height, s.out_height); p < bottom; ++p) {
      for (i32 q = left; q < right; ++q) {
        const HeldVector<T, N> values = load_channels<N>(plane + p * s.y_row + q * s.y_column);
#pragma unroll
        for (int k = 0; k < N; ++k) sum[k] += values.at(k);
      }
    }
    store_channels<N>(dx + i, sum);
  }
};

template <class T>
__global__ void __launch_bounds__(256) upsample_nearest2d_gradient(T* dx, const T* dy, Convolution s) {
  for_channels<T>(s, s.pixels() * s.channels, UpsampleNearest2dGradient<T>{dx, dy, s}, dx, dy);
}
