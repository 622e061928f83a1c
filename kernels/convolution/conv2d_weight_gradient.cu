// dw[f, c, r, s] = sum over n, p, q of dy[n, f, p, q] * x[n, c, p*stride - padding + r*dilation, q*stride - padding + s*dilation]: the gradient of
// conv2d to its weights, in groups, channels first or last.
//
// conv2d_weight_gradient_gemm is an implicit matrix product: the rows are the filters of a group, the columns their taps, and the
// sum runs over all output pixels. That sum is long and the result small, so it is shared out over the grid's z; the parts are
// added in order by conv2d_weight_gradient_finish, which makes the result deterministic. conv2d_weight_gradient_direct gives a
// block to each weight, for groups of few filters.
#include "common/block_reduce.cuh"
#include "common/convolution.cuh"
#include "common/tile_product.cuh"

// The output gradients of each filter of a group.
template <class T> struct GradientRows {
  static constexpr bool kRowsAreDense = false;
  const T* dy;
  const Convolution& s;
  i64 first_filter;

  __device__ __forceinline__ const T* row(i64 filter) const { return filter < s.group_filters() ? dy + (first_filter + filter) * s.y_filter : nullptr; }
  __device__ __forceinline__ sum_t<T> at(const T* row, i64 pixel) const {
    const Pixel out = pixel_at(pixel, s.out_pixels(), s.out_height, s.out_width);
    return row != nullptr && out.image >= 0 ? (sum_t<T>)up(row[out.image * s.y_image + out.row * s.y_row + out.column * s.y_column]) : sum_t<T>(0);
  }
};

// What each tap of the group's filters reads.
template <class T> struct TapRows {
  static constexpr bool kRowsAreDense = false;
  const T* x;
  const Convolution& s;
  i32 group;

  __device__ __forceinline__ Tap row(i64 tap) const { return tap < s.taps() ? tap_at(s, (u32)tap) : Tap{-1, 0, 0}; }
  __device__ __forceinline__ sum_t<T> at(Tap tap, i64 pixel) const {
    return tap.channel >= 0 ? input_under(x, s, group, pixel_at(pixel, s.out_pixels(), s.out_height, s.out_width), tap) : sum_t<T>(0);
  }
};

template <class T>
__global__ void __launch_bounds__(kTileThreads) conv2d_weight_gradient_gemm(
    T* dw, sum_t<T>* partial /* [gridDim.z, filters * taps], when gridDim.z > 1 */, const T* x, const T* dy, Convolution s) {
  const i64 tiles_across = (s.taps() + kTile - 1) / kTile;
  const i64 first_filter = blockIdx.x / tiles_across * kTile, first_tap = blockIdx.x % tiles_across * kTile;
  // Whole slices, so that no pixel is in two parts.
  const i64 share = ((s.out_pixels() + gridDim.z - 1) / gridDim.z + kSlice - 1) / kSlice * kSlice;
  const i64 begin = share * blockIdx.z, end = begin + share < s.out_pixels() ? begin + share : s.out_pixels();
  for (i32 group = blockIdx.y; group < s.groups; group += gridDim.y) {
    const i64 first = (i64)group * s.group_filters();
    sum_t<T> sum[kPiece][kPiece] = {};
    multiply_tile(sum, GradientRows<T>{dy, s, first}, TapRows<T>{x, s, group}, first_filter, first_tap, begin, end);
    store_tile(sum, first_filter, first_tap, s.group_filters(), s.taps(), [&](i64 filter, i64 tap, sum_t<T> value) {
      const i64 weight = (first + filter) * s.w_filter + tap;
      if (gridDim.z == 1) dw[weight] = down<T>(value);
      else partial[(i64)blockIdx.z * s.filters * s.w_filter + weight] = value;
    });
  }
}

template <class T> __global__ void __launch_bounds__(256) conv2d_weight_gradient_finish(T* dw, const sum_t<T>* partial, i64 weights, i64 parts) {
  const i64 weight = blockIdx.x * (i64)blockDim.x + threadIdx.x;
  if (weight >= weights) return;
  sum_t<T> sum = 0;
  for (i64 part = 0; part < parts; ++part) sum += partial[part * weights + weight];
  dw[weight] = down<T>(sum);
}

template <class T> __global__ void __launch_bounds__(256) conv2d_weight_gradient_direct(T* dw, const T* x, const T* dy, Convolution s) {
  const i64 filter = blockIdx.x / s.taps();
  const Tap tap = tap_at(s, blockIdx.x % (u32)s.taps());
  const i32 group = (i32)(filter / s.group_filters());
  const T* gradients = dy + filter * s.y_filter;
  sum_t<T> sum = 0;
  for (i64 pixel = threadIdx.x; pixel < s.out_pixels(); pixel += blockDim.x) {
    const Pixel out = pixel_at(pixel, s.out_pixels(), s.out_height, s.out_width);
    sum += (sum_t<T>)up(gradients[out.image * s.y_image + out.row * s.y_row + out.column * s.y_column]) * input_under(x, s, group, out, tap);
  }
  sum = block_reduce(sum, Plus{}, sum_t<T>(0));
  if (threadIdx.x == 0) dw[blockIdx.x] = down<T>(sum);
}
