// y[n, f, p, q] = bias[f] + sum over c, r, s of x[n, c, p*stride - padding + r*dilation, q*stride - padding + s*dilation] * w[f, c, r, s],
// in groups, channels first or last (common/convolution.cuh). Sums are formed in float for 16-bit floats and rounded once.
//
// conv2d_gemm is an implicit matrix product: the rows are the filters of a group, the columns all output pixels, and the sum runs
// over the taps; what a tap of a pixel reads is computed when it is read, no matrix of patches is ever stored. One block makes 64
// filters x 64 pixels. It computes 2 * filters * pixels * taps operations and reads each input once per 64 filters.
// conv2d_direct gives a thread to each output, for groups of few filters (a depthwise convolution has one), where most of a tile
// would be empty.
#include "common/convolution_operands.cuh"
#include "common/tile_product.cuh"

template <class T>
__global__ void __launch_bounds__(kTileThreads) conv2d_gemm(T* y, const T* x, const T* w, const T* bias /* [filters] */, bool has_bias, Convolution s) {
  const i64 tiles_across = (s.out_pixels() + kTile - 1) / kTile;
  const i64 first_filter = blockIdx.x / tiles_across * kTile, first_pixel = blockIdx.x % tiles_across * kTile;
  for (i32 group = blockIdx.y; group < s.groups; group += gridDim.y) {
    const i64 first = (i64)group * s.group_filters();
    sum_t<T> sum[kPiece][kPiece] = {};
    multiply_tile(sum, FilterRows<T>{w + first * s.w_filter, s.w_filter, s.group_filters(), s.taps()}, OutputPatches<T>{x, s, group}, first_filter, first_pixel, 0, s.taps());
    store_tile(sum, first_filter, first_pixel, s.group_filters(), s.out_pixels(), [&](i64 filter, i64 pixel, sum_t<T> value) {
      const Pixel out = pixel_at(pixel, s.out_pixels(), s.out_height, s.out_width);
      if (has_bias) value += up(bias[first + filter]);
      y[out.image * s.y_image + (first + filter) * s.y_filter + out.row * s.y_row + out.column * s.y_column] = down<T>(value);
    });
  }
}

template <class T> __global__ void __launch_bounds__(256) conv2d_direct(T* y, const T* x, const T* w, const T* bias, bool has_bias, Convolution s) {
  const i64 index = blockIdx.x * (i64)blockDim.x + threadIdx.x;
  if (index >= s.out_pixels() * s.filters) return;
  const Element out = output_element(s, index);
  const i32 group = out.channel / s.group_filters();
  const T* weights = w + out.channel * s.w_filter;
  sum_t<T> sum = 0;
  for (i32 tap = 0; tap < s.taps(); ++tap) sum += (sum_t<T>)up(weights[tap]) * input_under(x, s, group, out.pixel, tap_at(s, (u32)tap));
  if (has_bias) sum += up(bias[out.channel]);
  y[index] = down<T>(sum);
}
