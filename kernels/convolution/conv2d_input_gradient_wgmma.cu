// dx = the gradient of conv2d to its input, plus a bias, of 16-bit floats with channels last by wgmma, sm_90a: that of
// conv2d_input_gradient.cu in one group, where the channels and the filters are multiples of 8 and tensor maps take the tensors.
//
// The implicit matrix products of conv2d_input_gradient_mma.cu, one to each phase of the stride (common/convolution_phases.cuh), by the
// walk of common/wgmma_product.cuh over tiles of 128 pixels of a phase x Columns channels, in clusters of Blocks blocks that have the
// weights in common. Its stages are 64 filters of one tap (common/wgmma_patches.cuh), so that 64 and more filters waste least. The
// weights are an MN-major operand.
//
// The copy engine's window on dy has a place for each pixel of the first phase, the largest one. Where the stride does not divide a
// side of the image, the other phases have a place less in each line, and what is made for it is not stored. A phase that no tap leads
// from is one stage of zeros, so that its pixels become the bias. Together the phases compute 2 * filters * output pixels * taps
// operations. Sums are formed in float, the bias is added to them, and they are rounded once.
#include "common/image_store.cuh"
#include "common/wgmma_patches.cuh"
#include "common/wgmma_product.cuh"

#if (defined(CK_EMU) && __CUDA_ARCH__ >= 900) || defined(__CUDA_ARCH_FEAT_SM90_ALL)
// The tiles of all phases, which sum over taps of their own.
template <int Columns, int Blocks> struct PhaseItems : WgmmaItems<Columns, Blocks> {
  const PhaseWindows& windows;

  __device__ __forceinline__ explicit PhaseItems(const PhaseWindows& windows)
      : WgmmaItems<Columns, Blocks>(windows.places.count, windows.s.channels, windows.phases(), 0, 1, 0), windows(windows) {}

  __device__ __forceinline__ WgmmaItem item(i64 index) const {
    WgmmaItem item = WgmmaItems<Columns, Blocks>::item(index);
    item.end = windows.stages(item.matrix);
    return item;
  }
};

// The pixels of a phase, as many in each direction.
template <class T> struct PhaseStore : ImageStore<T, GridPixels> {
  i32 height, width;

  __device__ __forceinline__ bool has(i64 row) const {
    const PlaceGrid::Place place = this->pixels.places.at((u32)row);
    return place.row < height && place.column < width;
  }
};

template <class T> constexpr bool kIsByColumn<PhaseStore<T>> = true;

template <class T> struct PhaseStores {
  T* dx;
  const T* bias;  // or null
  const PhaseWindows& windows;

  __device__ __forceinline__ PhaseStore<T> of(i64 phase) const {
    const Convolution& s = windows.s;
    const GridPixels pixels{windows.places, s.x_image, s.stride_y * s.x_row, s.stride_x * s.x_column};
    T* first = dx + phase / windows.across * s.x_row + phase % windows.across * s.x_column;
    return {ImageStore<T, GridPixels>(first, bias, pixels, s.channels), windows.vertical(phase).places, windows.horizontal(phase).places};
  }
};
#endif

template <class T, int Columns, int Blocks>
__global__ void __launch_bounds__(384, 1) conv2d_input_gradient_wgmma(
    T* dx,                                          // [images, height, width, channels]
    const __grid_constant__ ptx::TensorMap map_dy,  // [images, out_height, out_width, filters], windows of 128 pixels x 64 filters
    const __grid_constant__ ptx::TensorMap map_w,   // [taps, filters, channels], boxes of 1 x 64 x 64
    const T* bias,                                  // [channels]
    bool has_bias, Convolution s,
    i32 corner_y, i32 corner_x) {  // of the window on dy
#if (defined(CK_EMU) && __CUDA_ARCH__ >= 900) || defined(__CUDA_ARCH_FEAT_SM90_ALL)
  const PhaseWindows windows(s, corner_y, corner_x);
  const WgmmaPatches<PhaseWindows> a{&map_dy, windows};
  const WgmmaFilters<PhaseWindows, true, Columns, Blocks> b{&map_w, windows};
  wgmma_walk<WgmmaMath<T, Columns>, Blocks>(a, b, PhaseItems<Columns, Blocks>(windows), PhaseStores<T>{dx, has_bias ? bias : nullptr, windows});
#else
  __trap();  // the host refuses it
#endif
}
