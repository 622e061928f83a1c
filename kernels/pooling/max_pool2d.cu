// y[n, c, p, q] = the largest x[n, c, h, w] under the window of (p, q), and index[n, c, p, q] = h * width + w of the first such element. NaN is
// larger than any number. The gradient gathers: each input takes the gradients of the outputs that name it, in a fixed order.
// Reads each input once per window that covers it, mostly from the cache; a thread for each output (input), or for a vector of channels
// (common/side_channels.cuh).
#include "common/pooling.cuh"

template <class T> struct MaxPool2d {
  T* y;
  i64* index;
  bool has_index;
  const T* x;
  const Convolution& s;

  template <int N> __device__ __forceinline__ void run(i64 i) const {
    using C = compute_t<T>;
    const Element out = output_element(s, i);
    const T* plane = x + out.pixel.image * s.x_image + out.channel * s.x_channel;
    C best[N];
    i64 place[N];
#pragma unroll
    for (int k = 0; k < N; ++k) best[k] = -infinity<C>(), place[k] = -1;
    for_window(s, out.pixel, [&](i32 row, i32 column, i64 offset) {
      const HeldVector<T, N> values = load_channels<N>(plane + offset);
      const i64 here = (i64)row * s.width + column;
#pragma unroll
      for (int k = 0; k < N; ++k) {
        const C value = values.at(k);
        if (place[k] >= 0 && !(value > best[k]) && (!math::is_nan(value) || math::is_nan(best[k]))) continue;
        best[k] = value;
        place[k] = here;
      }
    });
    store_channels<N>(y + i, best);
    if (!has_index) return;
#pragma unroll
    for (int k = 0; k < N; ++k) index[i + k] = place[k];
  }
};

template <class T> __global__ void __launch_bounds__(256) max_pool2d(T* y, i64* index /* as y, or unused */, bool has_index, const T* x, Convolution s) {
  for_channels<T>(s, s.out_pixels() * s.filters, MaxPool2d<T>{y, index, has_index, x, s}, y, x);
}

template <class T> struct MaxPool2dGradient {
  T* dx;
  const T* dy;
  const i64* index;
  const Convolution& s;

  template <int N> __device__ __forceinline__ void run(i64 i) const {
    const Element in = input_element(s, i);
    const i64 plane = in.pixel.image * s.y_image + in.channel * s.y_filter, place = (i64)in.pixel.row * s.width + in.pixel.column;
    sum_t<T> sum[N] = {};
    for_windows_over(s, in.pixel, [&](i32, i32, i64 offset) {
      const HeldVector<T, N> values = load_channels<N>(dy + plane + offset);
#pragma unroll
      for (int k = 0; k < N; ++k) {
        if (index[plane + offset + k] == place) sum[k] += values.at(k);
      }
    });
    store_channels<N>(dx + i, sum);
  }
};

template <class T> __global__ void __launch_bounds__(256) max_pool2d_gradient(T* dx, const T* dy, const i64* index, Convolution s) {
  for_channels<T>(s, s.pixels() * s.channels, MaxPool2dGradient<T>{dx, dy, index, s}, dx, dy);
}
