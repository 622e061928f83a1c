// Images and filters whose channels lie last as operands of a product by wgmma (common/wgmma_product.cuh), sm_90a: a row is the patch
// that a window sees at its place, a column is a filter. A stage is 64 channels of one tap, the taps follow each other; zeros stand for
// what lies outside the image or beyond the channels.
#pragma once
#include "common/convolution.cuh"
#include "common/wgmma_tile.cuh"

#if (defined(CK_EMU) && __CUDA_ARCH__ >= 900) || defined(__CUDA_ARCH_FEAT_SM90_ALL)
#include "common/ptx/tma_im2col.cuh"

constexpr int kTapChannels = 64;  // of a stage

__device__ __forceinline__ i32 wgmma_tap_stages(const Convolution& s) { return (s.channels + kTapChannels - 1) / kTapChannels; }
__device__ __forceinline__ i32 wgmma_stages(const Convolution& s) { return s.filter_height * s.filter_width * wgmma_tap_stages(s); }

// The copy engine makes the patches by itself (common/ptx/tma_im2col.cuh), 128 after each other.
struct WgmmaPatches {
  static constexpr bool kIsMnMajor = false;
  // Of the first pixel, where the filter's first tap meets the image.
  struct Place {
    i32 image, row, column;
  };
  const ptx::TensorMap* map;
  const Convolution& s;
  i32 tap_stages;

  __device__ __forceinline__ WgmmaPatches(const ptx::TensorMap& map, const Convolution& s) : map(&map), s(s), tap_stages(wgmma_tap_stages(s)) {}

  __device__ __forceinline__ Place place(i64 pixel, i64) const {
    const Pixel first = pixel_at(pixel, s.out_pixels(), s.out_height, s.out_width);
    return {(i32)first.image, first.row * s.stride_y - s.padding_y, first.column * s.stride_x - s.padding_x};
  }

  __device__ __forceinline__ void load(u32 tile, const Place& place, int stage, u32 barrier) const {
    const i32 tap = stage / tap_stages;
    const u16 offset_y = (u16)(tap / s.filter_width * s.dilation_y), offset_x = (u16)(tap % s.filter_width * s.dilation_x);
    ptx::tma_load_im2col_4d(tile, map, (stage - tap * tap_stages) * kTapChannels, place.column, place.row, place.image, barrier, offset_x, offset_y);
  }
};

struct WgmmaFilters {
  static constexpr bool kIsMnMajor = false;
  using Place = i32;
  const ptx::TensorMap* map;
  i32 tap_stages;

  __device__ __forceinline__ WgmmaFilters(const ptx::TensorMap& map, const Convolution& s) : map(&map), tap_stages(wgmma_tap_stages(s)) {}

  __device__ __forceinline__ Place place(i64 filter, i64) const { return (i32)filter; }

  __device__ __forceinline__ void load(u32 tile, Place filter, int stage, u32 barrier) const {
    const i32 tap = stage / tap_stages;
    ptx::tma_load_3d(tile, map, (stage - tap * tap_stages) * kTapChannels, tap, filter, barrier);
  }
};
#endif
