// dw = the gradient of conv2d to its weights of 16-bit floats with channels last by wgmma, sm_90a: that of conv2d_weight_gradient.cu in
// one group, where the channels and the filters are multiples of 8 and tensor maps take the tensors.
//
// The implicit matrix product of conv2d_weight_gradient_mma.cu, both operands MN-major, by the walk of common/wgmma_product.cuh over
// tiles of 128 filters x Columns columns, in clusters of Blocks blocks that have the patches in common. Its stages are 64 output pixels.
// The copy engine makes the patches of x (common/wgmma_patches.cuh): 64 pixels of 64 channels of a tap are a box of the tile. So a tap
// has a multiple of 64 columns, of which those beyond the channels are not stored; 64 and more channels waste least. After the last pixel
// the rows of both operands are zeros. It computes 2 * filters * taps * pixels operations.
//
// The sum is long and the result small, so it is cut into parts of whole stages, whose sums are left in memory as floats;
// conv2d_weight_gradient_finish (conv2d_weight_gradient.cu) adds them in order, so that the result is the same at every run.
#include "common/scaled_store.cuh"
#include "common/wgmma_patches.cuh"
#include "common/wgmma_product.cuh"

#if (defined(CK_EMU) && __CUDA_ARCH__ >= 900) || defined(__CUDA_ARCH_FEAT_SM90_ALL)
// Stores the columns that have a channel; those of two side by side have the same tap.
template <class Store> struct TapStore {
  const Store& store;
  i32 channels;
  Divisor tap_columns;

  __device__ __forceinline__ TapStore(const Store& store, i32 channels, i32 tap_columns) : store(store), channels(channels), tap_columns((u32)tap_columns) {}

  template <class Use> __device__ __forceinline__ void at(i64 column, const Use& use) const {
    const u32 tap = tap_columns.quotient((u32)column), channel = (u32)column - tap * tap_columns.divisor;
    if (channel < (u32)channels) use((i64)tap * channels + channel);
  }

  __device__ __forceinline__ void element(i64 row, i64 column, float sum) const {
    at(column, [&](i64 weight) { store.element(row, weight, sum); });
  }

  __device__ __forceinline__ void pair(i64 row, i64 column, float first, float second) const {
    at(column, [&](i64 weight) { store.pair(row, weight, first, second); });
  }
};

template <class T> struct TapStores {
  WholeOrParts<ScaledStore<T>> stores;
  i32 channels, tap_columns;
};

template <class Use> struct ToTaps {
  const Use& use;
  i32 channels, tap_columns;

  template <class Store> __device__ __forceinline__ void operator()(const Store& store) const { use(TapStore<Store>(store, channels, tap_columns)); }
};

template <class T, class Use> __device__ __forceinline__ void with_store(const TapStores<T>& taps, i64 matrix, const Use& use) {
  with_store(taps.stores, matrix, ToTaps<Use>{use, taps.channels, taps.tap_columns});
}
#endif

template <class T, int Columns, int Blocks>
__global__ void __launch_bounds__(384, 1) conv2d_weight_gradient_wgmma(
    void* to,                                       // dw, [filters, filter_height, filter_width, channels], or of several parts their sums, [parts, ..] of float
    const __grid_constant__ ptx::TensorMap map_dy,  // [1, pixels, filters], boxes of 1 x 64 x 64
    const __grid_constant__ ptx::TensorMap map_x,   // [images, height, width, channels], windows of 64 pixels x 64 channels
    Convolution s, i32 parts, i32 part_stages) {
#if (defined(CK_EMU) && __CUDA_ARCH__ >= 900) || defined(__CUDA_ARCH_FEAT_SM90_ALL)
  using Math = WgmmaMath<T, Columns>;
  const MatrixProblem problem{s.filters, s.taps(), s.out_pixels(), 0, 0, s.taps(), 1, 0, 0, 0};
  const OutputWindows windows(s);
  const i32 stages = wgmma_stages<Math>(problem);
  const WgmmaMatrices<Math, true, kWgmmaRows, 0, 1> a{&map_dy, 1, stages};
  const WgmmaTapColumns<Columns, Blocks> b{&map_x, windows};
  const i64 columns = (i64)windows.stages() * kTapChannels;
  const TapStores<T> stores{{ScaledStore<T>((T*)to, problem, 1.0f, 0.0f), part_store((float*)to, problem), parts == 1}, s.channels, windows.tap_stages * kTapChannels};
  wgmma_walk<Math, Blocks>(a, b, WgmmaItems<Columns, Blocks>(s.filters, columns, 1, stages, parts, part_stages), stores);
#else
  __trap();  // the host refuses it
#endif
}
