// The pointwise part of a long short-term memory cell (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000):
//   i = sigmoid(a_i), f = sigmoid(a_f), g = tanh(a_g), o = sigmoid(a_o)
//   c' = f * c + i * g
//   h' = o * tanh(c')
// where a row of `gates` holds a_i, a_f, a_g, a_o one after the other: the sums of the matrix products that come before.
//
// One thread for each element of the state; 7 elements move forward, 12 backward. The backward pass computes the gates again rather
// than keep them.
#include "common/indexing.cuh"
#include "common/math.cuh"

template <class C> struct LstmGates {
  C i, f, g, o;

  template <class T> __device__ __forceinline__ LstmGates(const T* gates, i64 width)
      : i(math::sigmoid(up(gates[0]))), f(math::sigmoid(up(gates[width]))), g(math::tanh(up(gates[2 * width]))), o(math::sigmoid(up(gates[3 * width]))) {}
};

template <class T>
__global__ void __launch_bounds__(256) lstm_cell(T* hidden, T* next, const T* gates /* [rows, 4 * width] */, const T* cell /* [rows, width] */, i64 n /* rows * width */, i64 width) {
  using C = compute_t<T>;
  const i64 index = blockIdx.x * (i64)blockDim.x + threadIdx.x;
  if (index >= n) return;
  const LstmGates<C> a(gates + index + quotient_of(index, width) * 3 * width, width);
  const C c = a.f * up(cell[index]) + a.i * a.g;
  next[index] = down<T>(c);
  hidden[index] = down<T>(a.o * math::tanh(c));
}

// d_next is the gradient that the next step passes back to c'; where it has none, has_next is false.
template <class T>
__global__ void __launch_bounds__(256) lstm_cell_gradient(T* d_gates, T* d_cell, const T* gates, const T* cell, const T* d_hidden, const T* d_next, bool has_next, i64 n, i64 width) {
  using C = compute_t<T>;
  const i64 index = blockIdx.x * (i64)blockDim.x + threadIdx.x;
  if (index >= n) return;
  const i64 first = index + quotient_of(index, width) * 3 * width;
  const LstmGates<C> a(gates + first, width);
  const C before = up(cell[index]), d_h = up(d_hidden[index]);
  const C tanh_c = math::tanh(a.f * before + a.i * a.g);
  const C d_c = d_h * a.o * (C(1) - tanh_c * tanh_c) + (has_next ? up(d_next[index]) : C(0));
  d_gates[first] = down<T>(d_c * a.g * a.i * (C(1) - a.i));
  d_gates[first + width] = down<T>(d_c * before * a.f * (C(1) - a.f));
  d_gates[first + 2 * width] = down<T>(d_c * a.i * (C(1) - a.g * a.g));
  d_gates[first + 3 * width] = down<T>(d_h * tanh_c * a.o * (C(1) - a.o));
  d_cell[index] = down<T>(d_c * a.f);
}
