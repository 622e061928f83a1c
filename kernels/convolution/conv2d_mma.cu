// y = conv2d(x, w) + bias of 16-bit floats with channels last on tensor cores by mma.sync, sm_80 and above: the convolution of conv2d.cu
// where the channels of a group are a multiple of 8 and the tensors start at multiples of 16 bytes.
//
// An implicit matrix product: the rows are all output pixels, the columns the filters of a group, and the sum runs over the taps, the
// channels of a tap side by side. One block of 256 threads makes 128 pixels x 128 filters (common/mma_tile.cuh); both operands are
// brought by cp.async, the patches (common/image_patches.cuh) with zeros for what lies outside the image. It computes 2 * filters *
// pixels * taps operations and reads each tap of a patch once per 128 filters, mostly from L2. Sums are formed in float, the bias is
// added to them, and they are rounded once.
//
// The tiles of a group lie along the grid's x in the order of common/tile_order.cuh, the groups along y.
#include "common/image_store.cuh"
#include "common/mma_product.cuh"

template <class T>
__global__ void __launch_bounds__(256) conv2d_mma(
    T* y,           // [images, out_height, out_width, filters]
    const T* x,     // [images, height, width, channels]
    const T* w,     // [filters, filter_height, filter_width, channels / groups]
    const T* bias,  // [filters]
    bool has_bias, Convolution s) {
#if __CUDA_ARCH__ >= 800
  const i64 down = (s.out_pixels() + kMmaTile - 1) / kMmaTile;
  const TilePlace tile = tile_place(blockIdx.x, down, gridDim.x / down);
  const i64 first_pixel = tile.row * kMmaTile, first_filter = tile.column * kMmaTile;
  const i64 filter = (i64)blockIdx.y * s.group_filters();
  const ImagePatches<T> patches = output_patches(x, s, blockIdx.y);
  const MmaOperand<ImagePatches<T>, false> left(patches, first_pixel);
  const auto right = matrix_operand<false, AlignedMatrixSource>(w + filter * s.w_filter, s.group_filters(), s.taps(), s.w_filter, first_filter);
  const ImageStore<T, DensePixels> store(y + filter, has_bias ? bias + filter : nullptr, DensePixels{s.filters}, s.filters);
  mma_tile_product<HalfMath<T>>(left, right, first_pixel, first_filter, patches.places.count, s.group_filters(), 0, s.taps(), store);
#else
  __trap();  // the host refuses it
#endif
}
