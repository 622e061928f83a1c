// y[n, c, p, q] = x[n, c] at the place of (p, q), linear between the four nearest pixels: images of another size. Along
// a dimension output p lies at p * (length - 1) / (out_length - 1) where corners are aligned, else at (p + 1/2) *
// length / out_length - 1/2, but not before 0; beyond the last pixel x goes on as it is there. Places are computed in
// integers, so that no rounding moves an output to another pixel. A pixel of weight 0 is not looked at. A thread for
// each output, which reads four pixels, mostly from the cache.
//
// The gradient gathers: each input takes dy by its weight from the outputs that looked at it, in a fixed order.
#include "common/convolution.cuh"
#include "common/indexing.cuh"

// Along one dimension output p lies at max(slope * p + offset, 0) / divisor.
struct Line {
  i64 slope, offset, divisor;
  i32 length, out_length;
};

__device__ __forceinline__ Line line_of(i32 length, i32 out_length, bool aligned) {
  if (aligned) return {(i64)length - 1, 0, out_length > 1 ? (i64)out_length - 1 : 1, length, out_length};
  return {2 * (i64)length, (i64)length - out_length, 2 * (i64)out_length, length, out_length};
}

// The pixels on both sides of a place, and how far it is from the first one, in [0, 1).
template <class C>
struct Sides {
  i32 first, second;
  C fraction;
};

template <class C>
__device__ __forceinline__ Sides<C> sides_of(const Line& line, i32 out) {
  const i64 place = line.slope * out + line.offset;
  if (place <= 0) return {0, 0, C(0)};
  const i64 first = quotient_of(place, line.divisor);
  return {(i32)first, first + 1 < line.length ? (i32)first + 1 : (i32)first,
          (C)(place - first * line.divisor) / (C)line.divisor};
}

// The outputs that look at an input are those that lie less than one pixel from it: begin_over(in) <= p < end_over(in).
__device__ __forceinline__ i32 begin_over(const Line& line, i32 in) {
  const i64 place = (in - 1) * line.divisor - line.offset;
  return place < 0 ? 0 : (i32)(quotient_of(place, line.slope) + 1);
}
__device__ __forceinline__ i32 end_over(const Line& line, i32 in) {
  const i64 place = (in + 1) * line.divisor - line.offset;
  if (line.slope == 0) return line.out_length;
  if (place <= 0) return 0;
  const i64 end = quotient_of(place + line.slope - 1, line.slope);
  return end < line.out_length ? (i32)end : line.out_length;
}

template <class C>
__device__ __forceinline__ C weight_of(const Sides<C>& sides, i32 in) {
  if (sides.first == sides.second) return C(1);
  return sides.first == in ? C(1) - sides.fraction : sides.fraction;
}

template <class C>
__device__ __forceinline__ C mix(C a, C b, C fraction) {
  return fraction == C(0) ? a : a * (C(1) - fraction) + b * fraction;
}

template <class T>
__global__ void __launch_bounds__(256) upsample_bilinear2d(T* y, const T* x, bool aligned, Convolution s) {
  using C = compute_t<T>;
  const i64 i = blockIdx.x * (i64)blockDim.x + threadIdx.x;
  if (i >= s.out_pixels() * s.filters) return;
  const Element out = output_element(s, i);
  const T* plane = x + out.pixel.image * s.x_image + out.channel * s.x_channel;
  const Sides<C> rows = sides_of<C>(line_of(s.height, s.out_height, aligned), out.pixel.row);
  const Sides<C> columns = sides_of<C>(line_of(s.width, s.out_width, aligned), out.pixel.column);
  const T *top = plane + rows.first * s.x_row, *bottom = plane + rows.second * s.x_row;
  const C above = mix(up(top[columns.first * s.x_column]), up(top[columns.second * s.x_column]), columns.fraction);
  const C below =
      mix(up(bottom[columns.first * s.x_column]), up(bottom[columns.second * s.x_column]), columns.fraction);
  y[i] = down<T>(mix(above, below, rows.fraction));
}

template <class T>
__global__ void __launch_bounds__(256) upsample_bilinear2d_gradient(T* dx, const T* dy, bool aligned, Convolution s) {
  using C = compute_t<T>;
  const i64 i = blockIdx.x * (i64)blockDim.x + threadIdx.x;
  if (i >= s.pixels() * s.channels) return;
  const Element in = input_element(s, i);
  const T* plane = dy + in.pixel.image * s.y_image + in.channel * s.y_filter;
  const Line down_rows = line_of(s.height, s.out_height, aligned), along = line_of(s.width, s.out_width, aligned);
  C sum = C(0);
  for (i32 p = begin_over(down_rows, in.pixel.row); p < end_over(down_rows, in.pixel.row); ++p) {
    const C weight = weight_of(sides_of<C>(down_rows, p), in.pixel.row);
    for (i32 q = begin_over(along, in.pixel.column); q < end_over(along, in.pixel.column); ++q) {
      sum += weight * weight_of(sides_of<C>(along, q), in.pixel.column) * up(plane[p * s.y_row + q * s.y_column]);
    }
  }
  dx[i] = down<T>(sum);
}
