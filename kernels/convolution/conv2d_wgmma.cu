// y = conv2d(x, w) + bias of 16-bit floats with channels last by wgmma, sm_90a: the convolution of conv2d.cu in one group, where the
// channels are a multiple of 8 and tensor maps take the tensors.
//
// The implicit matrix product of conv2d_mma.cu. Blocks as many as the device has multiprocessors walk over all tiles of 128 pixels x 256
// filters (common/wgmma_tile.cuh), in the order of common/tile_order.cuh. A stage is 64 channels of one tap: the copy engine makes its
// rows of patches by itself (common/ptx/tma_im2col.cuh), with zeros for what lies outside the image or beyond the channels, so that
// 64 and more channels waste least. It computes 2 * filters * pixels * taps operations. Sums are formed in float, the bias is added to
// them, and they are rounded once.
#include "common/image_store.cuh"
#include "common/ptx/tma_im2col.cuh"
#include "common/tile_order.cuh"
#include "common/wgmma_tile.cuh"

template <class T>
__global__ void __launch_bounds__(384, 1) conv2d_wgmma(
    T* y,                                          // [images, out_height, out_width, filters]
    const __grid_constant__ ptx::TensorMap map_x,  // [images, height, width, channels], windows of 128 pixels x 64 channels
    const __grid_constant__ ptx::TensorMap map_w,  // [filters, filter_height * filter_width, channels], boxes of 256 x 1 x 64
    const T* bias,                                 // [filters]
    bool has_bias, Convolution s) {
#if (defined(CK_EMU) && __CUDA_ARCH__ >= 900) || defined(__CUDA_ARCH_FEAT_SM90_ALL)
  using Math = WgmmaMath<T>;
  constexpr int kColumns = Math::kColumns, kDepth = kWgmmaDepth<Math>, kStageBytes = kWgmmaStageBytes<Math>;
  static_assert(kWgmmaThreads == 384, "the launcher starts 384 threads");
  static_assert(kColumns == 256 && kDepth == 64, "the launcher's maps bring so much");
  extern __shared__ __align__(1024) u8 shared[];
  const WgmmaRing<kStageBytes> ring{ptx::smem_u32(shared)};
  ring.start_ring();
  const i64 down = (s.out_pixels() + kWgmmaRows - 1) / kWgmmaRows, across = (s.filters + kColumns - 1) / kColumns, tiles = down * across;
  const i32 taps = s.filter_height * s.filter_width, stages = (s.channels + kDepth - 1) / kDepth;
  const int consumer = (int)threadIdx.x / 128 - 1;
  WgmmaStage stage;
  if (consumer < 0) {
    ptx::setmaxnreg_dec<40>();
    if (threadIdx.x == 0) {
      for (i64 i = blockIdx.x; i < tiles; i += gridDim.x) {
        const TilePlace tile = tile_place(i, down, across);
        const Pixel first = pixel_at(tile.row * kWgmmaRows, s.out_pixels(), s.out_height, s.out_width);
        const i32 row = first.row * s.stride_y - s.padding_y, column = first.column * s.stride_x - s.padding_x;
        for (i32 tap = 0; tap < taps; ++tap) {
          const u16 offset_y = (u16)(tap / s.filter_width * s.dilation_y), offset_x = (u16)(tap % s.filter_width * s.dilation_x);
          for (i32 part = 0; part < stages; ++part) {
            ptx::mbarrier_wait_parity(ring.empty(stage.index), stage.parity ^ 1);
            const u32 full = ring.full(stage.index);
            ptx::mbarrier_arrive_expect_tx(full, kStageBytes);
            ptx::tma_load_im2col_4d(ring.tile_a(stage.index), &map_x, part * kDepth, column, row, (i32)first.image, full, offset_x, offset_y);
            ptx::tma_load_3d(ring.tile_b(stage.index), &map_w, part * kDepth, tap, (i32)tile.column * kColumns, full);
            stage.advance();
          }
        }
      }
    }
  } else {
    ptx::setmaxnreg_inc<232>();
    const ImageStore<T, DensePixels> store(y, has_bias ? bias : nullptr, DensePixels{s.filters}, s.filters);
    for (i64 i = blockIdx.x; i < tiles; i += gridDim.x) {
      const TilePlace tile = tile_place(i, down, across);
      WgmmaSums<Math> sums;
      multiply_wgmma_tile<Math, false, false>(sums, ring, stage, consumer, taps * stages);
      store_wgmma_tile(sums, tile.row * kWgmmaRows + consumer * kConsumerRows, tile.column * kColumns, s.out_pixels(), s.filters, store);
    }
  }
#else
  __trap();  // the host refuses it
#endif
}
