// dw = the gradient of conv2d to its weights of 16-bit floats with channels last on tensor cores by mma.sync, sm_80 and above: that of
// conv2d_weight_gradient.cu where the channels and the filters of a group are multiples of 8 and the tensors start at multiples of 16
// bytes.
//
// An implicit matrix product: the rows are the filters of a group, the columns their taps, the channels of a tap side by side, and the
// sum runs over all output pixels. A pixel of dy and a patch of x are rows of memory, so that both operands are MN-major. One block of
// 256 threads makes 128 filters x 128 taps (common/mma_tile.cuh, common/image_patches.cuh). It computes 2 * filters * taps * pixels
// operations.
//
// The sum is long and the result small, so it is cut into parts along the grid's z, each a whole number of stages, whose sums are left
// in memory as floats; conv2d_weight_gradient_finish (conv2d_weight_gradient.cu) adds them in order, so that the result is the same at
// every run. The tiles of a group lie along the grid's x in the order of common/tile_order.cuh, the groups along y.
#include "common/image_patches.cuh"
#include "common/mma_product.cuh"
#include "common/scaled_store.cuh"

// @tparam Result T, or float where there are several parts.
template <class T, class Result>
__global__ void __launch_bounds__(256) conv2d_weight_gradient_mma(
    Result* dw,   // [gridDim.z, filters, filter_height, filter_width, channels / groups]
    const T* x,   // [images, height, width, channels]
    const T* dy,  // [images, out_height, out_width, filters]
    Convolution s,
    i64 share) {  // pixels of a part
#if __CUDA_ARCH__ >= 800
  const i64 down = (s.group_filters() + kMmaTile - 1) / kMmaTile;
  const TilePlace tile = tile_place(blockIdx.x, down, gridDim.x / down);
  const i64 first_filter = tile.row * kMmaTile, first_tap = tile.column * kMmaTile;
  const i64 filter = (i64)blockIdx.y * s.group_filters(), pixels = s.out_pixels();
  const auto left = matrix_operand<true, AlignedMatrixSource>(dy + filter, s.group_filters(), pixels, s.filters, first_filter);
  const MmaOperand<ImagePatches<T>, true> right(output_patches(x, s, blockIdx.y), first_tap);
  const i64 begin = blockIdx.z * share, end = begin + share < pixels ? begin + share : pixels;
  const ScaledStore<Result> store(dw + (blockIdx.z * (i64)s.filters + filter) * s.w_filter, s.w_filter, 0, 1.0f, 0.0f);
  mma_tile_product<HalfMath<T>>(left, right, first_filter, first_tap, s.group_filters(), s.taps(), begin, end, store);
#else
  __trap();  // the host refuses it
#endif
}
