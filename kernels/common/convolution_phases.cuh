// The phases of a convolution's gradient to its images: which taps lead from an input pixel to results depends on its row and column
// modulo the stride alone. The pixels of one remainder, a phase, make a convolution of the results' gradient of their own, of stride 1,
// whose taps step backwards: a pixel in row h gathers from the rows (h + padding - r * dilation) / stride of those taps r that divide.
#pragma once
#include "common/image_patches.cuh"

#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
// The places of one remainder along a side of dx, and the taps that lead from them to dy.
struct PhaseAxis {
  i32 places;               // remainder + i * stride
  i32 first_tap, tap_step;  // those that hit
  WindowAxis window;        // on dy
};

__device__ __forceinline__ PhaseAxis phase_axis(i32 remainder, i32 length, i32 out_length, i32 filter, i32 stride, i32 padding, i32 dilation) {
  PhaseAxis phase{remainder < length ? (length - remainder - 1) / stride + 1 : 0, 0, 1, {}};
  while ((i64)phase.tap_step * dilation % stride != 0) ++phase.tap_step;
  while (phase.first_tap < phase.tap_step && (remainder + padding - (i64)phase.first_tap * dilation) % stride != 0) ++phase.first_tap;
  const bool hits = phase.first_tap < phase.tap_step && phase.first_tap < filter;
  const i32 taps = hits ? (filter - phase.first_tap - 1) / phase.tap_step + 1 : 0;
  const i32 offset = hits ? (remainder + padding - phase.first_tap * dilation) / stride : 0;
  phase.window = {out_length, taps, 1, offset, (i32)-((i64)phase.tap_step * dilation / stride)};
  return phase;
}

__device__ __forceinline__ PhaseAxis vertical_phase(const Convolution& s, i32 remainder) { return phase_axis(remainder, s.height, s.out_height, s.filter_height, s.stride_y, s.padding_y, s.dilation_y); }
__device__ __forceinline__ PhaseAxis horizontal_phase(const Convolution& s, i32 remainder) { return phase_axis(remainder, s.width, s.out_width, s.filter_width, s.stride_x, s.padding_x, s.dilation_x); }
#endif
