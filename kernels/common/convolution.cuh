// A two-dimensional convolution of images with filters, as the host describes it (ConvolutionShape.cs), and where its elements lie.
//   y[n, f, p, q] = sum over c, r, s of x[n, c, p*stride - padding + r*dilation, q*stride - padding + s*dilation] * w[f, c, r, s]
// with the channels c of the filter's group alone; x is zero outside the image. Every tensor is addressed by strides, so that
// channels-first (NCHW) and channels-last (NHWC) are the same code.
#pragma once
#include "common/indexing.cuh"

struct Convolution {
  i32 images, channels, height, width;       // of x
  i32 filters, filter_height, filter_width;  // w is [filters, channels / groups, filter_height, filter_width]
  i32 out_height, out_width;                 // of y
  i32 stride_y, stride_x, padding_y, padding_x, dilation_y, dilation_x, groups;
  i64 x_image, x_channel, x_row, x_column;   // steps between neighbours, in elements
  i64 y_image, y_filter, y_row, y_column;
  i64 w_filter, w_channel, w_row, w_column;

  __device__ __forceinline__ i32 group_channels() const { return channels / groups; }
  __device__ __forceinline__ i32 group_filters() const { return filters / groups; }
  __device__ __forceinline__ i64 pixels() const { return (i64)images * height * width; }
  __device__ __forceinline__ i64 out_pixels() const { return (i64)images * out_height * out_width; }
  __device__ __forceinline__ i32 taps() const { return group_channels() * filter_height * filter_width; }
};

// A place in one image: of x, or of y.
struct Pixel {
  i64 image;  // -1 where there is none
  i32 row, column;
};

__device__ __forceinline__ Pixel pixel_at(i64 index, i64 count, i32 height, i32 width) {
  if (index >= count) return {-1, 0, 0};
  const u32 size = (u32)height * (u32)width;
  const i64 image = quotient_of(index, size);
  const u32 rest = (u32)(index - image * size);
  return {image, (i32)(rest / (u32)width), (i32)(rest % (u32)width)};
}

// One element of x, or of y.
struct Element {
  Pixel pixel;
  i32 channel;
};

// The element at a place in memory of dense images: neighbouring threads take neighbours.
__device__ __forceinline__ Element element_at(i64 index, i32 channels, i32 height, i32 width, bool channels_last) {
  const u32 size = (u32)height * (u32)width;
  const i64 image = quotient_of(index, (i64)channels * size), rest = index - image * channels * size;
  const i64 inner = channels_last ? channels : (i64)size, row = quotient_of(rest, inner);
  const i32 channel = (i32)(channels_last ? rest - row * inner : row);
  const u32 place = (u32)(channels_last ? row : rest - row * inner);
  return {{image, (i32)(place / (u32)width), (i32)(place % (u32)width)}, channel};
}

__device__ __forceinline__ Element input_element(const Convolution& s, i64 index) { return element_at(index, s.channels, s.height, s.width, s.x_channel == 1); }
__device__ __forceinline__ Element output_element(const Convolution& s, i64 index) { return element_at(index, s.filters, s.out_height, s.out_width, s.y_filter == 1); }

// One weight of a filter, counted in the order in which the weights lie in memory.
struct Tap {
  i32 channel, row, column;
};

__device__ __forceinline__ Tap tap_at(const Convolution& s, u32 index) {
  if (s.w_channel == 1) {  // channels last
    const u32 channels = (u32)s.group_channels(), place = index / channels;
    return {(i32)(index % channels), (i32)(place / (u32)s.filter_width), (i32)(place % (u32)s.filter_width)};
  }
  const u32 rest = index / (u32)s.filter_width;
  return {(i32)(rest / (u32)s.filter_height), (i32)(rest % (u32)s.filter_height), (i32)(index % (u32)s.filter_width)};
}

// The element of x under a tap of the filter that makes output pixel `out`; zero outside the image.
template <class T> __device__ __forceinline__ sum_t<T> input_under(const T* x, const Convolution& s, i32 group, Pixel out, Tap tap) {
  const i32 row = out.row * s.stride_y - s.padding_y + tap.row * s.dilation_y;
  const i32 column = out.column * s.stride_x - s.padding_x + tap.column * s.dilation_x;
  if (out.image < 0 || row < 0 || row >= s.height || column < 0 || column >= s.width) return sum_t<T>(0);
  return up(x[out.image * s.x_image + ((i64)group * s.group_channels() + tap.channel) * s.x_channel + row * s.x_row + column * s.x_column]);
}

// The element of y that a tap at (tap_row, tap_column) of a filter makes from input pixel `in`; zero where it makes none.
template <class T> __device__ __forceinline__ sum_t<T> output_over(const T* y, const Convolution& s, i64 filter, Pixel in, i32 tap_row, i32 tap_column) {
  const i32 row = in.row + s.padding_y - tap_row * s.dilation_y;
  const i32 column = in.column + s.padding_x - tap_column * s.dilation_x;
  if (in.image < 0 || row < 0 || column < 0 || row % s.stride_y != 0 || column % s.stride_x != 0) return sum_t<T>(0);
  const i32 p = row / s.stride_y, q = column / s.stride_x;
  if (p >= s.out_height || q >= s.out_width) return sum_t<T>(0);
  return up(y[in.image * s.y_image + filter * s.y_filter + p * s.y_row + q * s.y_column]);
}
