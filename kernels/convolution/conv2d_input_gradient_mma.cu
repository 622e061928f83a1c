// dx = the gradient of conv2d to its input, plus a bias, of 16-bit floats with channels last on tensor cores by mma.sync, sm_80 and
// above: that of conv2d_input_gradient.cu where the channels and the filters of a group are multiples of 8 and the tensors start at
// multiples of 16 bytes.
//
// The pixels of one remainder modulo the stride, a phase, make a convolution of dy of their own (common/convolution_phases.cuh); a stride
// of 1 has one phase. No product is spent on a tap that does not hit.
//
// Each phase is an implicit matrix product: the rows are its pixels, the columns the channels of a group, and the sum runs over its
// taps, the filters of a tap side by side. The weights stand in memory with the channels side by side, so that they are an MN-major
// operand. One block of 256 threads makes 128 pixels x 128 channels (common/mma_tile.cuh, common/image_patches.cuh). Together the
// phases compute 2 * filters * output pixels * taps operations. Sums are formed in float, the bias is added to them, and they are
// rounded once.
//
// The tiles of the largest phase lie along the grid's x, the groups and among them the phases along y; blocks that a smaller phase has
// no tile for return.
#include "common/convolution_phases.cuh"
#include "common/image_store.cuh"
#include "common/mma_product.cuh"

#if __CUDA_ARCH__ >= 800
// The weights of a group as a source: a row to each filter of a tap of the phase, in it the channels.
template <class T> struct PhaseWeights : AlignedMatrixSource<T> {
  static constexpr bool kIsMatrix = false;
  i64 filter_step, tap_row_step, tap_column_step;
  Divisor filters, taps_across;

  __device__ __forceinline__ PhaseWeights(const T* w, const Convolution& s, const PhaseAxis& vertical, const PhaseAxis& horizontal)
      : AlignedMatrixSource<T>(
            w + vertical.first_tap * s.w_row + horizontal.first_tap * s.w_column, (i64)vertical.window.taps * horizontal.window.taps * s.group_filters(), s.group_channels(), s.w_column),
        filter_step(s.w_filter),
        tap_row_step(vertical.tap_step * s.w_row),
        tap_column_step(horizontal.tap_step * s.w_column),
        filters((u32)s.group_filters()),
        taps_across((u32)(horizontal.window.taps > 0 ? horizontal.window.taps : 1)) {}

  __device__ __forceinline__ typename MatrixSource<T>::Row row(i64 k) const {
    const u32 tap = filters.quotient((u32)k), filter = (u32)k - tap * filters.divisor, down = taps_across.quotient(tap), across = tap - down * taps_across.divisor;
    return {this->x + filter * filter_step + down * tap_row_step + across * tap_column_step, k < this->rows};
  }
};
#endif

template <class T>
__global__ void __launch_bounds__(256) conv2d_input_gradient_mma(
    T* dx,          // [images, height, width, channels]
    const T* dy,    // [images, out_height, out_width, filters]
    const T* w,     // [filters, filter_height, filter_width, channels / groups]
    const T* bias,  // [channels]
    bool has_bias, Convolution s) {
#if __CUDA_ARCH__ >= 800
  const i32 group = (i32)blockIdx.y % s.groups, remainder = (i32)blockIdx.y / s.groups;
  const i32 remainder_y = remainder / s.stride_x, remainder_x = remainder % s.stride_x;
  const PhaseAxis vertical = vertical_phase(s, remainder_y), horizontal = horizontal_phase(s, remainder_x);
  const i64 across = (s.group_channels() + kMmaTile - 1) / kMmaTile;
  const TilePlace tile = tile_place(blockIdx.x, gridDim.x / across, across);
  const i64 first_pixel = tile.row * kMmaTile, first_channel = tile.column * kMmaTile;
  if (first_pixel >= (i64)s.images * vertical.places * horizontal.places) return;
  const PlaceGrid places(s.images, vertical.places, horizontal.places);
  const i64 filter = (i64)group * s.group_filters(), channel = (i64)group * s.group_channels();
  const ImagePatches<T> patches(dy + filter, s.y_image, s.y_row, s.y_column, s.group_filters(), vertical.window, horizontal.window, places);
  const PhaseWeights<T> weights(w + filter * s.w_filter, s, vertical, horizontal);
  const MmaOperand<ImagePatches<T>, false> left(patches, first_pixel);
  const MmaOperand<PhaseWeights<T>, true> right(weights, first_channel);
  const GridPixels pixels{places, s.x_image, s.stride_y * s.x_row, s.stride_x * s.x_column};
  const ImageStore<T, GridPixels> store(dx + channel + remainder_y * s.x_row + remainder_x * s.x_column, has_bias ? bias + channel : nullptr, pixels, s.channels);
  mma_tile_product<HalfMath<T>>(left, right, first_pixel, first_channel, places.count, s.group_channels(), 0, patches.depth, store);
#else
  __trap();  // the host refuses it
#endif
}
