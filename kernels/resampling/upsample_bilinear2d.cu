// y[n, c, p, q] = x[n, c] at the place of (p, q), linear between the four nearest pixels: images of another size. Along
// a dimension output p lies at p * (length - 1) / (out_length - 1) where corners are aligned, else at (p + 1/2) *
// length / out_length - 1/2, but not before 0; beyond the last pixel x goes on as it is there. Places are computed in
// integers, so that no rounding moves an output to another pixel. A pixel of weight 0 is not looked at. A thread for
// each output (input), or for a vector of channels (common/side_channels.cuh), which reads four pixels, mostly from the
// cache.
//
// The gradient gathers: each input takes dy by its weight from the outputs that looked at it, in a fixed order.
#include "common/side_channels.cuh"

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
struct UpsampleBilinear2d {
  T* y;
  const T* x;
  bool aligned;
  const Convolution& s;

  template <int N>
  __device__ __forceinline__ void run(i64 i) const {
    using C = compute_t<T>;
    const Element out = output_element(s, i);
    const T* plane = x + out.pixel.image * s.x_image + out.channel * s.x_channel;
    const Sides<C> rows = sides_of<C>(line_of(s.height, s.out_height, aligned), out.pixel.row);
    const Sides<C> columns = sides_of<C>(line_of(s.width, s.out_width, aligned), out.pixel.column);
    const T *top = plane + rows.first * s.x_row, *bottom = plane + rows.second * s.x_row;
    const HeldVector<T, N> top_left = load_channels<N>(top + columns.first * s.x_column),
                           top_right = load_channels<N>(top + columns.second * s.x_column),
                           bottom_left = load_channels<N>(bottom + columns.first * s.x_column),
                           bottom_right = load_channels<N>(bottom + columns.second * s.x_column);
    C mixed[N];
#pragma unroll
    for (int k = 0; k < N; ++k) {
      const C above = mix(top_left.at(k), top_right.at(k), columns.fraction);
      mixed[k] = mix(above, mix(bottom_left.at(k), bottom_right.at(k), columns.fraction), rows.fraction);
    }
    store_channels<N>(y + i, mixed);
  }
};

template <class T>
__global__ void __launch_bounds__(256) upsample_bilinear2d(T* y, const T* x, bool aligned, Convolution s) {
  for_channels<T>(s, s.out_pixels() * s.filters, UpsampleBilinear2d<T>{y, x, aligned, s}, y, x);
}

template <class T>
struct UpsampleBilinear2dGradient {
  T* dx;
  const T* dy;
  bool aligned;
  const Convolution& s;

  template <int N>
  __device__ __forceinline__ void run(i64 i) const {
    using C = compute_t<T>;
    const Element in = input_element(s, i);
    const T* plane = dy + in.pixel.image * s.y_image + in.channel * s.y_filter;
    const Line down_rows = line_of(s.height, s.out_height, aligned), along = line_of(s.width, s.out_width, aligned);
    const i32 bottom = end_over(down_rows, in.pixel.row), left = begin_over(along, in.pixel.column),
              right = end_over(along, in.pixel.column);
    C sum[N] = {};
    for (i32 p = begin_over(down_rows, in.pixel.row); p < bottom; ++p) {
      const C weight = weight_of(sides_of<C>(down_rows, p), in.pixel.row);
      for (i32 q = left; q < right; ++q) {
        const C factor = weight * weight_of(sides_of<C>(along, q), in.pixel.column);
        const HeldVector<T, N> values = load_channels<N>(plane + p * s.y_row + q * s.y_column);
#pragma unroll
        for (int k = 0; k < N; ++k) sum[k] += factor * values.at(k);
      }
    }
    store_channels<N>(dx + i, sum);
  }
};

template <class T>
__global__ void __launch_bounds__(256) upsample_bilinear2d_gradient(T* dx, const T* dy, bool aligned, Convolution s) {
  for_channels<T>(s, s.pixels() * s.channels, UpsampleBilinear2dGradient<T>{dx, dy, aligned, s}, dx, dy);
}
