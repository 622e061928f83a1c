// Images whose channels lie last as an operand of a product on tensor cores (common/mma_tile.cuh): row i of the operand is the patch of
// the images that a window sees at its i-th place, its columns are the taps of the window, the channels of a tap side by side. What a
// tap of a place reads is computed when it is read; no matrix of patches is ever stored.
//
// The channels are a multiple of 8 and start at a multiple of 16 bytes, so that a chunk lies within one tap of one place: it is there
// as a whole, or is zeros where the tap lies outside the image.
#pragma once
#include "common/convolution.cuh"

#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
#include "common/divisor.cuh"
#include "common/mma_tile.cuh"

// The places of a window in many images, counted image by image and row by row; below 2^31.
struct PlaceGrid {
  i64 count;
  Divisor height, width;

  __device__ __forceinline__ PlaceGrid(i32 images, i32 height, i32 width) : count((i64)images * height * width), height((u32)height), width((u32)width) {}

  struct Place {
    i32 image, row, column;
  };

  __device__ __forceinline__ Place at(u32 index) const {
    const u32 line = width.quotient(index), image = height.quotient(line);
    return {(i32)image, (i32)(line - image * height.divisor), (i32)(index - line * width.divisor)};
  }
};

// A window along one side of an image: its tap t at place i reads element i * stride + offset + t * step, if there is one.
struct WindowAxis {
  i32 length, taps, stride, offset, step;
};

template <class T> struct ImagePatches {
  using Element = T;
  static constexpr bool is_aligned = true, kIsMatrix = false;
  // Where tap 0 of a place lies in memory and in the image, and a tap from there.
  struct Row {
    const T* from;
    u32 y, x;
  };
  struct Column {
    i64 offset;
    u32 y, x;
  };
  // No sum with a coordinate of an image or a tap, which the host keeps below 2^29, is within an image.
  static constexpr u32 kNowhere = 1u << 30;

  const T* image;  // the group's first channel
  i64 image_step, row_step, column_step;
  WindowAxis vertical, horizontal;
  PlaceGrid places;
  i64 depth;
  Divisor channels, taps_across;

  __device__ __forceinline__ ImagePatches(
      const T* image, i64 image_step, i64 row_step, i64 column_step, i32 channels, const WindowAxis& vertical, const WindowAxis& horizontal, const PlaceGrid& places)
      : image(image),
        image_step(image_step),
        row_step(row_step),
        column_step(column_step),
        vertical(vertical),
        horizontal(horizontal),
        places(places),
        depth((i64)vertical.taps * horizontal.taps * channels),
        channels((u32)channels),
        taps_across((u32)(horizontal.taps > 0 ? horizontal.taps : 1)) {}

  // Without a branch, which would cost more than what it saves beyond the edges.
  __device__ __forceinline__ Row row(i64 index) const {
    const bool is_there = index < places.count;
    const PlaceGrid::Place place = places.at(is_there ? (u32)index : 0u);
    const i32 y = place.row * vertical.stride + vertical.offset, x = place.column * horizontal.stride + horizontal.offset;
    return {image + (place.image * image_step + y * row_step + x * column_step), is_there ? (u32)y : kNowhere, (u32)x};
  }

  __device__ __forceinline__ Column column(i64 index) const {
    const bool is_there = index < depth;
    const u32 at = is_there ? (u32)index : 0u, tap = channels.quotient(at), down = taps_across.quotient(tap);
    const i32 y = (i32)down * vertical.step, x = (i32)(tap - down * taps_across.divisor) * horizontal.step;
    return {y * row_step + x * column_step + (i64)(at - tap * channels.divisor), is_there ? (u32)y : kNowhere, (u32)x};
  }

  __device__ __forceinline__ MmaChunk<T> chunk(const Row& row, const Column& column) const {
    const bool is_inside = row.y + column.y < (u32)vertical.length && row.x + column.x < (u32)horizontal.length;
    return {row.from + column.offset, is_inside ? kChunk<T> : 0};
  }
};

// The patches of a group's channels that the filters of a convolution see, a place to each output pixel.
template <class T> __device__ __forceinline__ ImagePatches<T> output_patches(const T* x, const Convolution& s, i64 group) {
  const WindowAxis vertical{s.height, s.filter_height, s.stride_y, -s.padding_y, s.dilation_y};
  const WindowAxis horizontal{s.width, s.filter_width, s.stride_x, -s.padding_x, s.dilation_x};
  return {x + group * s.group_channels(), s.x_image, s.x_row, s.x_column, s.group_channels(), vertical, horizontal, PlaceGrid(s.images, s.out_height, s.out_width)};
}
#endif
