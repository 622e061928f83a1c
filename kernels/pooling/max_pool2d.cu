// y[n, c, p, q] = the largest x[n, c, h, w] under the window of (p, q), and index[n, c, p, q] = h * width + w of the first such element. NaN is
// larger than any number. The gradient gathers: each input takes the gradients of the outputs that name it, in a fixed order.
// Reads each input once per window that covers it, mostly from the cache; a thread for each output (input).
#include "common/pooling.cuh"

template <class T> __global__ void __launch_bounds__(256) max_pool2d(T* y, i64* index /* as y, or unused */, bool has_index, const T* x, Convolution s) {
  using C = compute_t<T>;
  const i64 i = blockIdx.x * (i64)blockDim.x + threadIdx.x;
  if (i >= s.out_pixels() * s.filters) return;
  const Element out = output_element(s, i);
  const T* plane = x + out.pixel.image * s.x_image + out.channel * s.x_channel;
  C best = -infinity<C>();
  i64 place = -1;
  for_window(s, out.pixel, [&](i32 row, i32 column, i64 offset) {
    const C value = up(plane[offset]);
    if (place >= 0 && !(value > best) && (!math::is_nan(value) || math::is_nan(best))) return;
    best = value;
    place = (i64)row * s.width + column;
  });
  y[i] = down<T>(best);
  if (has_index) index[i] = place;
}

template <class T> __global__ void __launch_bounds__(256) max_pool2d_gradient(T* dx, const T* dy, const i64* index, Convolution s) {
  const i64 i = blockIdx.x * (i64)blockDim.x + threadIdx.x;
  if (i >= s.pixels() * s.channels) return;
  const Element in = input_element(s, i);
  const i64 plane = in.pixel.image * s.y_image + in.channel * s.y_filter, place = (i64)in.pixel.row * s.width + in.pixel.column;
  sum_t<T> sum = 0;
  for_windows_over(s, in.pixel, [&](i32, i32, i64 offset) {
    if (index[plane + offset] == place) sum += up(dy[plane + offset]);
  });
  dx[i] = down<T>(sum);
}
