// dx[n, c, h, w] = bias[c] + sum over f, r, s of dy[n, f, p, q] * w[f, c, r, s] with p*stride = h + padding - r*dilation and q likewise, where
// such p and q exist: the gradient of conv2d to its input, which with a bias is the transposed convolution of dy.
//
// conv2d_input_gradient_gemm is an implicit matrix product: the rows are the channels of a group, the columns all input pixels, and
// the sum runs over the filters of the group and their taps. Each input pixel gathers what it gave to, so nothing is added to
// memory and the result is deterministic. conv2d_input_gradient_direct gives a thread to each input, for groups of few channels.
#include "common/convolution.cuh"
#include "common/tile_product.cuh"

// A filter of the group and one of its taps, in the order of the sum.
struct FilterTap {
  i32 filter, row, column;
};

__device__ __forceinline__ FilterTap filter_tap(const Convolution& s, u32 index) {
  const u32 rest = index / (u32)s.filter_width;
  return {(i32)(rest / (u32)s.filter_height), (i32)(rest % (u32)s.filter_height), (i32)(index % (u32)s.filter_width)};
}

__device__ __forceinline__ i32 filter_taps(const Convolution& s) { return s.group_filters() * s.filter_height * s.filter_width; }

// The weights of each channel of a group.
template <class T> struct ChannelRows {
  static constexpr bool kRowsAreDense = false;
  const T* w;  // of the group's first filter
  const Convolution& s;

  __device__ __forceinline__ const T* row(i64 channel) const { return channel < s.group_channels() ? w + channel * s.w_channel : nullptr; }
  __device__ __forceinline__ sum_t<T> at(const T* row, i64 k) const {
    if (row == nullptr || k >= filter_taps(s)) return sum_t<T>(0);
    const FilterTap tap = filter_tap(s, (u32)k);
    return up(row[tap.filter * s.w_filter + tap.row * s.w_row + tap.column * s.w_column]);
  }
};

// The outputs that each input pixel gave to.
template <class T> struct InputPatches {
  static constexpr bool kRowsAreDense = true;
  const T* dy;
  const Convolution& s;
  i64 first_filter;

  __device__ __forceinline__ Pixel row(i64 pixel) const { return pixel_at(pixel, s.pixels(), s.height, s.width); }
  __device__ __forceinline__ sum_t<T> at(Pixel in, i64 k) const {
    if (k >= filter_taps(s)) return sum_t<T>(0);
    const FilterTap tap = filter_tap(s, (u32)k);
    return output_over(dy, s, first_filter + tap.filter, in, tap.row, tap.column);
  }
};

template <class T>
__global__ void __launch_bounds__(kTileThreads) conv2d_input_gradient_gemm(T* dx, const T* dy, const T* w, const T* bias /* [channels] */, bool has_bias, Convolution s) {
  const i64 tiles_across = (s.pixels() + kTile - 1) / kTile;
  const i64 first_channel = blockIdx.x / tiles_across * kTile, first_pixel = blockIdx.x % tiles_across * kTile;
  for (i32 group = blockIdx.y; group < s.groups; group += gridDim.y) {
    const i64 filter = (i64)group * s.group_filters(), first = (i64)group * s.group_channels();
    sum_t<T> sum[kPiece][kPiece] = {};
    multiply_tile(sum, ChannelRows<T>{w + filter * s.w_filter, s}, InputPatches<T>{dy, s, filter}, first_channel, first_pixel, 0, filter_taps(s));
    store_tile(sum, first_channel, first_pixel, s.group_channels(), s.pixels(), [&](i64 channel, i64 pixel, sum_t<T> value) {
      const Pixel in = pixel_at(pixel, s.pixels(), s.height, s.width);
      if (has_bias) value += up(bias[first + channel]);
      dx[in.image * s.x_image + (first + channel) * s.x_channel + in.row * s.x_row + in.column * s.x_column] = down<T>(value);
    });
  }
}

template <class T> __global__ void __launch_bounds__(256) conv2d_input_gradient_direct(T* dx, const T* dy, const T* w, const T* bias, bool has_bias, Convolution s) {
  const i64 index = blockIdx.x * (i64)blockDim.x + threadIdx.x;
  if (index >= s.pixels() * s.channels) return;
  const Element in = input_element(s, index);
  const i32 group = in.channel / s.group_channels();
  const i64 first_filter = (i64)group * s.group_filters();
  const T* weights = w + first_filter * s.w_filter + (in.channel - group * s.group_channels()) * s.w_channel;
  sum_t<T> sum = 0;
  for (i32 k = 0; k < filter_taps(s); ++k) {
    const FilterTap tap = filter_tap(s, (u32)k);
    sum += (sum_t<T>)up(weights[tap.filter * s.w_filter + tap.row * s.w_row + tap.column * s.w_column]) * output_over(dy, s, first_filter + tap.filter, in.pixel, tap.row, tap.column);
  }
  if (has_bias) sum += up(bias[in.channel]);
  dx[index] = down<T>(sum);
}
