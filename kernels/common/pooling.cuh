// Windows over images: a pooling is addressed as the depthwise convolution (common/convolution.cuh) whose filter is the window, without
// dilation.
#pragma once
#include "common/math.cuh"
#include "common/side_channels.cuh"

// Calls visit(row, column, offset) for each element of an input plane under the window of output pixel `out`; `offset` is its
// distance in memory from the plane's first element.
template <class Visit> __device__ __forceinline__ void for_window(const Convolution& s, Pixel out, Visit visit) {
  for (i32 r = 0; r < s.filter_height; ++r) {
    const i32 row = out.row * s.stride_y - s.padding_y + r;
    if (row < 0 || row >= s.height) continue;
    for (i32 c = 0; c < s.filter_width; ++c) {
      const i32 column = out.column * s.stride_x - s.padding_x + c;
      if (column >= 0 && column < s.width) visit(row, column, row * s.x_row + column * s.x_column);
    }
  }
}

// The outputs along one dimension whose windows cover an input.
struct WindowsOver {
  i32 first, last;

  __device__ __forceinline__ WindowsOver(i32 in, i32 stride, i32 padding, i32 window, i32 outputs) {
    const i32 end = in + padding, begin = end - window + stride;
    last = (i32)((u32)end / (u32)stride);
    if (last >= outputs) last = outputs - 1;
    first = begin > 0 ? (i32)((u32)begin / (u32)stride) : 0;
  }
};

// Calls visit(row, column, offset) for each output pixel whose window covers input pixel `in`, the last one first.
template <class Visit> __device__ __forceinline__ void for_windows_over(const Convolution& s, Pixel in, Visit visit) {
  const WindowsOver rows(in.row, s.stride_y, s.padding_y, s.filter_height, s.out_height);
  const WindowsOver columns(in.column, s.stride_x, s.padding_x, s.filter_width, s.out_width);
  for (i32 row = rows.last; row >= rows.first; --row) {
    for (i32 column = columns.last; column >= columns.first; --column) visit(row, column, row * s.y_row + column * s.y_column);
  }
}

// The elements of a window that lie inside the image.
__device__ __forceinline__ i32 covered(i32 out, i32 stride, i32 padding, i32 window, i32 length) {
  const i32 begin = out * stride - padding, end = begin + window;
  return (end < length ? end : length) - (begin > 0 ? begin : 0);
}
