// Filters and images as the operands of a tile (common/tile_product.cuh): the rows are the filters of a group, the columns all output
// pixels, and the sum runs over the taps.
#pragma once
#include "common/convolution.cuh"

// The filters of a group; their weights lie side by side.
template <class T> struct FilterRows {
  static constexpr bool kRowsAreDense = false;
  const T* w;
  i64 step;
  i32 filters, taps;

  __device__ __forceinline__ const T* row(i64 filter) const { return filter < filters ? w + filter * step : nullptr; }
  __device__ __forceinline__ sum_t<T> at(const T* row, i64 tap) const { return row != nullptr && tap < taps ? (sum_t<T>)up(row[tap]) : sum_t<T>(0); }
};

// What the taps of each output pixel read.
template <class T> struct OutputPatches {
  static constexpr bool kRowsAreDense = true;
  const T* x;
  const Convolution& s;
  i32 group;

  __device__ __forceinline__ Pixel row(i64 pixel) const { return pixel_at(pixel, s.out_pixels(), s.out_height, s.out_width); }
  __device__ __forceinline__ sum_t<T> at(Pixel out, i64 tap) const { return tap < s.taps() ? input_under(x, s, group, out, tap_at(s, (u32)tap)) : sum_t<T>(0); }
};
