// Windows over images: a pooling is addressed as the depthwise convolution (common/convolution.cuh) whose filter is the window.
#pragma once
#include "common/convolution.cuh"
#include "common/math.cuh"

// Calls visit(row, column, offset) for each element of an input plane under the window of output pixel `out`; `offset` is its
// distance in memory from the plane's first element.
template <class Visit> __device__ __forceinline__ void for_window(const Convolution& s, Pixel out, Visit visit) {
  for (i32 r = 0; r < s.filter_height; ++r) {
    const i32 row = out.row * s.stride_y - s.padding_y + r * s.dilation_y;
    if (row < 0 || row >= s.height) continue;
    for (i32 c = 0; c < s.filter_width; ++c) {
      const i32 column = out.column * s.stride_x - s.padding_x + c * s.dilation_x;
      if (column >= 0 && column < s.width) visit(row, column, row * s.x_row + column * s.x_column);
    }
  }
}

// Calls visit(row, column, offset) for each output pixel whose window covers input pixel `in`.
template <class Visit> __device__ __forceinline__ void for_windows_over(const Convolution& s, Pixel in, Visit visit) {
  for (i32 r = 0; r < s.filter_height; ++r) {
    const i32 row = in.row + s.padding_y - r * s.dilation_y;
    if (row < 0 || row % s.stride_y != 0 || row / s.stride_y >= s.out_height) continue;
    for (i32 c = 0; c < s.filter_width; ++c) {
      const i32 column = in.column + s.padding_x - c * s.dilation_x;
      if (column < 0 || column % s.stride_x != 0 || column / s.stride_x >= s.out_width) continue;
      visit(row / s.stride_y, column / s.stride_x, row / s.stride_y * s.y_row + column / s.stride_x * s.y_column);
    }
  }
}

// The elements of a window that lie inside the image.
__device__ __forceinline__ i32 covered(i32 out, i32 stride, i32 padding, i32 window, i32 length) {
  const i32 begin = out * stride - padding, end = begin + window;
  return (end < length ? end : length) - (begin > 0 ? begin : 0);
}
