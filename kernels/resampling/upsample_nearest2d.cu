// y[n, c, p, q] = x[n, c, floor(p * height / out_height), floor(q * width / out_width)], bit for bit: images of another
// size, each pixel from the one that it covers. Places are computed in integers, so that no rounding moves them. A
// thread for each output.
//
// The gradient gathers: each input takes the sum of dy over the outputs that it went to, in a fixed order.
#include "common/convolution.cuh"
#include "common/indexing.cuh"

__device__ __forceinline__ i32 source_of(i32 out, i32 length, i32 out_length) {
  return (i32)quotient_of((i64)out * length, out_length);
}
// The first output that comes from an input, or from one after it.
__device__ __forceinline__ i32 begin_of(i32 in, i32 length, i32 out_length) {
  return (i32)quotient_of((i64)in * out_length + length - 1, length);
}

template <class T>
__global__ void __launch_bounds__(256) upsample_nearest2d(T* y, const T* x, Convolution s) {
  const i64 i = blockIdx.x * (i64)blockDim.x + threadIdx.x;
  if (i >= s.out_pixels() * s.filters) return;
  const Element out = output_element(s, i);
  const i32 row = source_of(out.pixel.row, s.height, s.out_height),
            column = source_of(out.pixel.column, s.width, s.out_width);
  y[i] = x[out.pixel.image * s.x_image + out.channel * s.x_channel + row * s.x_row + column * s.x_column];
}

template <class T>
__global__ void __launch_bounds__(256) upsample_nearest2d_gradient(T* dx, const T* dy, Convolution s) {
  const i64 i = blockIdx.x * (i64)blockDim.x + threadIdx.x;
  if (i >= s.pixels() * s.channels) return;
  const Element in = input_element(s, i);
  const T* plane = dy + in.pixel.image * s.y_image + in.channel * s.y_filter;
  const i32 bottom = begin_of(in.pixel.row + 1, s.height, s.out_height),
            right = begin_of(in.pixel.column + 1, s.width, s.out_width);
  sum_t<T> sum = 0;
  for (i32 p = begin_of(in.pixel.row, s.height, s.out_height); p < bottom; ++p) {
    for (i32 q = begin_of(in.pixel.column, s.width, s.out_width); q < right; ++q)
      sum += up(plane[p * s.y_row + q * s.y_column]);
  }
  dx[i] = down<T>(sum);
}
