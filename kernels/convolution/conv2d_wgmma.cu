// y = conv2d(x, w) + bias of 16-bit floats with channels last by wgmma, sm_90a: the convolution of conv2d.cu in one group, where the
// channels are a multiple of 8 and tensor maps take the tensors.
//
// The implicit matrix product of conv2d_mma.cu, by the walk of common/wgmma_product.cuh over tiles of 128 pixels x Columns filters, in
// clusters of Blocks blocks that have the filters in common. Its stages are 64 channels of one tap (common/wgmma_patches.cuh), so that 64
// and more channels waste least. It computes 2 * filters * pixels * taps operations. Sums are formed in float, the bias is added to them,
// and they are rounded once. y is written by TMA (common/tensor_store.cuh) or from registers.
#include "common/image_store.cuh"
#include "common/wgmma_patches.cuh"
#include "common/wgmma_product.cuh"

template <class T, int Columns, int Blocks>
__global__ void __launch_bounds__(384, 1) conv2d_wgmma(
    T* y,                                          // [images, out_height, out_width, filters]
    const __grid_constant__ ptx::TensorMap map_x,  // [images, height, width, channels], windows of 128 pixels x 64 channels
    const __grid_constant__ ptx::TensorMap map_w,  // [taps, filters, channels], boxes of 1 x Columns / Blocks x 64
    const T* bias,                                 // [filters]
    bool has_bias, Convolution s,
    const __grid_constant__ ptx::TensorMap map_y, bool has_map_y) {  // of y, where a map takes it, [1, pixels, filters]
#if (defined(CK_EMU) && __CUDA_ARCH__ >= 900) || defined(__CUDA_ARCH_FEAT_SM90_ALL)
  using Math = WgmmaMath<T, Columns>;
  const OutputWindows windows(s);
  const WgmmaPatches<OutputWindows> a{&map_x, windows};
  const WgmmaFilters<OutputWindows, false, Columns, Blocks> b{&map_w, windows};
  using Store = ImageStore<T, DensePixels>;
  const TensorStores<Store> stores{Store(y, has_bias ? bias : nullptr, DensePixels{s.filters}, s.filters), &map_y, has_map_y};
  wgmma_walk<Math, Blocks>(a, b, WgmmaItems<Columns, Blocks>(s.out_pixels(), s.filters, 1, windows.stages(), 1, windows.stages()), stores);
#else
  __trap();  // the host refuses it
#endif
}
