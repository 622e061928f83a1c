// The pointwise part of a gated recurrent unit (Cho et al. 2014) whose reset gate acts on the product with the hidden state, as
// cuDNN and PyTorch have it:
//   r = sigmoid(x_r + h_r), z = sigmoid(x_z + h_z), n = tanh(x_n + r * h_n)
//   h' = (1 - z) * n + z * h
// where a row of `x_gates` holds x_r, x_z, x_n one after the other, the product of the input with its weights, and a row of
// `h_gates` the same of the hidden state; biases are in them.
//
// One thread for each element of the state; 8 elements move forward, 15 backward. The backward pass computes the gates again rather
// than keep them.
#include "common/indexing.cuh"
#include "common/math.cuh"

template <class C> struct GruGates {
  C h_n, r, z, n;

  template <class T> __device__ __forceinline__ GruGates(const T* x, const T* h, i64 width)
      : h_n(up(h[2 * width])), r(math::sigmoid(up(x[0]) + up(h[0]))), z(math::sigmoid(up(x[width]) + up(h[width]))), n(math::tanh(up(x[2 * width]) + r * h_n)) {}
};

template <class T>
__global__ void __launch_bounds__(256) gru_cell(T* next, const T* x_gates /* [rows, 3 * width] */, const T* h_gates, const T* hidden /* [rows, width] */, i64 n /* rows * width */, i64 width) {
  using C = compute_t<T>;
  const i64 index = blockIdx.x * (i64)blockDim.x + threadIdx.x;
  if (index >= n) return;
  const i64 first = index + quotient_of(index, width) * 2 * width;
  const GruGates<C> a(x_gates + first, h_gates + first, width);
  next[index] = down<T>((C(1) - a.z) * a.n + a.z * up(hidden[index]));
}

// d_hidden is only the part of the gradient that goes past the gates; the rest comes through d_h_gates.
template <class T>
__global__ void __launch_bounds__(256) gru_cell_gradient(T* d_x_gates, T* d_h_gates, T* d_hidden, const T* x_gates, const T* h_gates, const T* hidden, const T* d_next, i64 n, i64 width) {
  using C = compute_t<T>;
  const i64 index = blockIdx.x * (i64)blockDim.x + threadIdx.x;
  if (index >= n) return;
  const i64 first = index + quotient_of(index, width) * 2 * width;
  const GruGates<C> a(x_gates + first, h_gates + first, width);
  const C d = up(d_next[index]);
  const C d_n = d * (C(1) - a.z) * (C(1) - a.n * a.n);
  const C d_z = d * (up(hidden[index]) - a.n) * a.z * (C(1) - a.z);
  const C d_r = d_n * a.h_n * a.r * (C(1) - a.r);
  d_x_gates[first] = down<T>(d_r);
  d_h_gates[first] = down<T>(d_r);
  d_x_gates[first + width] = down<T>(d_z);
  d_h_gates[first + width] = down<T>(d_z);
  d_x_gates[first + 2 * width] = down<T>(d_n);
  d_h_gates[first + 2 * width] = down<T>(d_n * a.r);
  d_hidden[index] = down<T>(d * a.z);
}
