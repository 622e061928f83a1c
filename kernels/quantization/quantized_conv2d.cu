// y[n, f, p, q] = scale_x * scale_w[f] * (sum over c, r, s of x[n, c, p*stride - padding + r*dilation, q*stride - padding + s*dilation] *
// w[f, c, r, s]) + bias[f] for 8-bit integers x and w, in groups, channels first or last (common/convolution.cuh). The sums are exact in
// 32 bits; they are scaled in float (double for double) and rounded once.
//
// The two kernels are those of conv2d: quantized_conv2d_gemm makes 64 filters x 64 pixels in a block, quantized_conv2d_direct gives a
// thread to each output, for groups of few filters. Both compute 2 * filters * pixels * taps operations.
#include "common/convolution_operands.cuh"
#include "common/quantization.cuh"
#include "common/tile_product.cuh"

template <class T>
__global__ void __launch_bounds__(kTileThreads) quantized_conv2d_gemm(
    T* y, const i8* x, const i8* w, const float* scale_x /* [1] */, const float* scale_w, i64 scale_step /* [filters], or [1] with a step of 0 */,
    const T* bias /* [filters] */, bool has_bias, Convolution s) {
  const i64 tiles_across = (s.out_pixels() + kTile - 1) / kTile;
  const i64 first_filter = blockIdx.x / tiles_across * kTile, first_pixel = blockIdx.x % tiles_across * kTile;
  const ProductScale<T> scale{scale_x, scale_w, scale_step, {bias, has_bias}};
  for (i32 group = blockIdx.y; group < s.groups; group += gridDim.y) {
    const i64 first = (i64)group * s.group_filters();
    u32 sum[kPiece][kPiece] = {};
    multiply_tile(sum, FilterRows<i8>{w + first * s.w_filter, s.w_filter, s.group_filters(), s.taps()}, OutputPatches<i8>{x, s, group}, first_filter, first_pixel, 0, s.taps());
    store_tile(sum, first_filter, first_pixel, s.group_filters(), s.out_pixels(), [&](i64 filter, i64 pixel, u32 value) {
      const Pixel out = pixel_at(pixel, s.out_pixels(), s.out_height, s.out_width);
      y[out.image * s.y_image + (first + filter) * s.y_filter + out.row * s.y_row + out.column * s.y_column] = scale(value, first + filter);
    });
  }
}

template <class T>
__global__ void __launch_bounds__(256) quantized_conv2d_direct(
    T* y, const i8* x, const i8* w, const float* scale_x, const float* scale_w, i64 scale_step, const T* bias, bool has_bias, Convolution s) {
  const i64 index = blockIdx.x * (i64)blockDim.x + threadIdx.x;
  if (index >= s.out_pixels() * s.filters) return;
  const Element out = output_element(s, index);
  const i32 group = out.channel / s.group_filters();
  const i8* weights = w + out.channel * s.w_filter;
  u32 sum = 0;
  for (i32 tap = 0; tap < s.taps(); ++tap) sum += (u32)weights[tap] * input_under(x, s, group, out.pixel, tap_at(s, (u32)tap));
  y[index] = ProductScale<T>{scale_x, scale_w, scale_step, {bias, has_bias}}(sum, out.channel);
}
