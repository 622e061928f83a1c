// Images and filters whose channels lie last as operands of a product by wgmma (common/wgmma_product.cuh), sm_90a: the patches that a
// window sees at its places, the filters that are laid on them, and the columns of the product that sums over the places. Where a
// product sums over the taps of a filter, a stage is 64 channels of one tap, and the taps follow each other. Zeros stand for what lies
// outside the image or beyond the channels.
#pragma once
#include "common/convolution_phases.cuh"
#include "common/wgmma_tile.cuh"

#if (defined(CK_EMU) && __CUDA_ARCH__ >= 900) || defined(__CUDA_ARCH_FEAT_SM90_ALL)
#include "common/ptx/tma_im2col.cuh"

constexpr int kTapChannels = 64;  // of a stage, or of a box of columns

__device__ __forceinline__ i32 wgmma_tap_stages(i32 channels) { return (channels + kTapChannels - 1) / kTapChannels; }

// The taps that a product sums over, row by row.
struct WgmmaTaps {
  i32 across;                    // in a row
  i32 first, to_down, to_right;  // their numbers in a filter: of the first one, and from one to those beside it
  i32 y, x, step_y, step_x;      // what they read, from where the map's window begins: the first one, and the steps
  i32 channel;                   // of the first stage of a tap; beyond the last one where there is no tap: the one stage is zeros
};

// The channels of a tap that a stage is.
struct WgmmaTapStage {
  i32 tap, down, right, channel;

  __device__ __forceinline__ WgmmaTapStage(int stage, i32 tap_stages, const WgmmaTaps& taps)
      : tap(stage / tap_stages), down(tap / taps.across), right(tap - down * taps.across), channel(taps.channel + (stage - tap * tap_stages) * kTapChannels) {}
};

// Where windows stand on images: row and column of a place times the step, from the corner on.
struct WgmmaWindows {
  const Convolution& s;
  PlaceGrid places;
  i32 step_y, step_x, corner_y, corner_x;
  i32 tap_stages;
};

// The windows of the results of a convolution on its images.
struct OutputWindows : WgmmaWindows {
  __device__ __forceinline__ explicit OutputWindows(const Convolution& s)
      : WgmmaWindows{s, PlaceGrid(s.images, s.out_height, s.out_width), s.stride_y, s.stride_x, -s.padding_y, -s.padding_x, wgmma_tap_stages(s.channels)} {}

  __device__ __forceinline__ WgmmaTaps taps(i64) const { return {s.filter_width, 0, s.filter_width, 1, 0, 0, s.dilation_y, s.dilation_x, 0}; }

  __device__ __forceinline__ i32 count() const { return s.filter_height * s.filter_width; }  // of taps
  __device__ __forceinline__ i32 stages() const { return count() * tap_stages; }
};

// The windows of the pixels of a convolution's images on the gradient of its results. All phases have as many places as the first one,
// and their windows begin where that of the farthest one does, so that one map has them all: the host says where (PatchWindow.cs).
struct PhaseWindows : WgmmaWindows {
  i32 across;  // phases of a row of pixels

  __device__ __forceinline__ PhaseWindows(const Convolution& s, i32 corner_y, i32 corner_x)
      : WgmmaWindows{
            s, PlaceGrid(s.images, (s.height + s.stride_y - 1) / s.stride_y, (s.width + s.stride_x - 1) / s.stride_x), 1, 1, corner_y, corner_x,
            wgmma_tap_stages(s.filters)},
        across(s.stride_x < s.width ? s.stride_x : s.width) {}

  __device__ __forceinline__ i64 phases() const { return (i64)across * (s.stride_y < s.height ? s.stride_y : s.height); }

  __device__ __forceinline__ PhaseAxis vertical(i64 phase) const { return vertical_phase(s, (i32)phase / across); }
  __device__ __forceinline__ PhaseAxis horizontal(i64 phase) const { return horizontal_phase(s, (i32)phase % across); }

  // The offsets of the copy engine go forwards: the last of a phase's taps comes first.
  __device__ __forceinline__ WgmmaTaps taps(i64 phase) const {
    const PhaseAxis v = vertical(phase), h = horizontal(phase);
    const i32 down = v.window.taps - 1, right = h.window.taps - 1;
    if (down < 0 || right < 0) return {1, 0, 0, 0, 0, 0, 0, 0, tap_stages * kTapChannels};
    return {right + 1,
            (v.first_tap + down * v.tap_step) * s.filter_width + h.first_tap + right * h.tap_step,
            -v.tap_step * s.filter_width,
            -h.tap_step,
            v.window.offset + down * v.window.step - corner_y,
            h.window.offset + right * h.window.step - corner_x,
            -v.window.step,
            -h.window.step,
            0};
  }

  __device__ __forceinline__ i32 stages(i64 phase) const {
    const i32 taps = vertical(phase).window.taps * horizontal(phase).window.taps;
    return taps == 0 ? 1 : taps * tap_stages;
  }
};

// A row to each place. The copy engine makes the patches by itself (common/ptx/tma_im2col.cuh), 128 after each other.
template <class Windows> struct WgmmaPatches {
  static constexpr bool kIsMnMajor = false;
  // Of the first one, where the window begins.
  struct Place {
    i32 image, row, column;
    WgmmaTaps taps;
  };
  const ptx::TensorMap* map;  // windows of 128 pixels x 64 channels
  const Windows& windows;

  __device__ __forceinline__ Place place(i64 index, i64 phase) const {
    const PlaceGrid::Place first = windows.places.at((u32)index);
    return {first.image, first.row * windows.step_y + windows.corner_y, first.column * windows.step_x + windows.corner_x, windows.taps(phase)};
  }

  __device__ __forceinline__ void load(u32 tile, const Place& place, int stage, u32 barrier) const {
    const WgmmaTaps& taps = place.taps;
    const WgmmaTapStage at(stage, windows.tap_stages, taps);
    ptx::tma_load_im2col_4d(tile, map, at.channel, place.column, place.row, place.image, barrier,
                            (u16)(taps.x + at.right * taps.step_x), (u16)(taps.y + at.down * taps.step_y));
  }
};

// A column to each filter; or to each channel, whose filters are then summed over, MN-major. The map is [taps, filters, channels].
template <class Windows, bool MnMajor, int Columns, int Blocks> struct WgmmaFilters {
  static constexpr bool kIsMnMajor = MnMajor;
  struct Place {
    i32 column;
    WgmmaTaps taps;
  };
  const ptx::TensorMap* map;
  const Windows& windows;

  __device__ __forceinline__ Place place(i64 column, i64 phase) const { return {(i32)column, windows.taps(phase)}; }

  __device__ __forceinline__ void load(u32 tile, const Place& place, int stage, u32 barrier) const {
    const WgmmaTaps& taps = place.taps;
    const WgmmaTapStage at(stage, windows.tap_stages, taps);
    load_wgmma_tile<MnMajor, Columns, Blocks>(tile, map, place.column, at.channel, taps.first + at.down * taps.to_down + at.right * taps.to_right, barrier);
  }
};

// A column to each channel of each tap, 64 and more to a tap that has fewer channels in the last of its boxes; a stage is 64 places. Of
// the boxes of a tile each block of a cluster brings an equal part.
template <int Columns, int Blocks> struct WgmmaTapColumns {
  static constexpr bool kIsMnMajor = true;
  static constexpr int kBoxes = Columns / kTapChannels / Blocks;
  struct Place {
    i32 channel[kBoxes];
    u16 y[kBoxes], x[kBoxes];
  };
  const ptx::TensorMap* map;  // windows of 64 pixels x 64 channels
  const OutputWindows& windows;

  static __device__ __forceinline__ int first_box() { return Blocks == 1 ? 0 : (int)ptx::cluster_rank() * kBoxes; }

  // Boxes after the last tap begin beyond the channels, and are zeros.
  __device__ __forceinline__ Place place(i64 column, i64) const {
    const WgmmaTaps taps = windows.taps(0);
    Place place;
#pragma unroll
    for (int box = 0; box < kBoxes; ++box) {
      const WgmmaTapStage at((i32)(column / kTapChannels) + first_box() + box, windows.tap_stages, taps);
      const bool is_tap = at.tap < windows.count();
      place.channel[box] = is_tap ? at.channel : windows.tap_stages * kTapChannels;
      place.y[box] = is_tap ? (u16)(at.down * taps.step_y) : 0;
      place.x[box] = is_tap ? (u16)(at.right * taps.step_x) : 0;
    }
    return place;
  }

  __device__ __forceinline__ void load(u32 tile, const Place& place, int stage, u32 barrier) const {
    const PlaceGrid::Place first = windows.places.at((u32)stage * kTapChannels);
    const i32 row = first.row * windows.step_y + windows.corner_y, column = first.column * windows.step_x + windows.corner_x;
#pragma unroll
    for (int box = 0; box < kBoxes; ++box) {
      const u32 to = tile + (first_box() + box) * kBoxBytes;
      if constexpr (Blocks == 1) {
        ptx::tma_load_im2col_4d(to, map, place.channel[box], column, row, first.image, barrier, place.x[box], place.y[box]);
      } else {
        ptx::tma_load_im2col_multicast_4d(to, map, place.channel[box], column, row, first.image, barrier, place.x[box], place.y[box], (u16)((1 << Blocks) - 1));
      }
    }
  }
};
#endif
