// One step of Adam or AdamW, in place; 28 bytes a parameter move for float, 30 for 16-bit parameters with a float master copy.
//   g  = gradient_scale * gradient       (undoes the scale of a loss)
//   g' = g + weight_decay * w            (Adam; AdamW instead shrinks w by lr * weight_decay)
//   m  = beta1 * m + (1 - beta1) * g'
//   v  = beta2 * v + (1 - beta2) * g'^2
//   w -= lr * (m / correction1) / (sqrt(v / correction2) + epsilon)
// with correction_i = 1 - beta_i^step, computed on the host in double. The moments are float (double for double parameters).
//   adam:               one parameter tensor, a block for 256 packs
//   multi_tensor_adam:  all tensors of a table, a block a chunk; the same bits
// A thread takes packs of as many elements as are 16 bytes of the moments, and has all operands of one in flight before it stores:
// 64 bytes for float. Where a tensor is not aligned to its packs, and at its end, elements go one by one.
#include "common/math.cuh"
#include "common/pack.cuh"
#include "common/tensor_table.cuh"

constexpr int kBlock = 256;
template <class T> constexpr int kPackLength = 16 / sizeof(compute_t<T>);

template <class C> struct Adam {
  C gradient_scale, rate, beta1, beta2, epsilon, weight_decay;
  bool decoupled;
  C corrected_rate, inverse_correction2;

  __device__ __forceinline__ Adam(C gradient_scale, C rate, C beta1, C beta2, C epsilon, C weight_decay, bool decoupled, C correction1, C correction2)
      : gradient_scale(gradient_scale), rate(rate), beta1(beta1), beta2(beta2), epsilon(epsilon), weight_decay(weight_decay), decoupled(decoupled),
        corrected_rate(rate / correction1), inverse_correction2(C(1) / correction2) {}

  // The weight after the step; m and v take the gradient in.
  __device__ __forceinline__ C step(C weight, C gradient, C& m, C& v) const {
    C g = gradient_scale * gradient;
    if (decoupled) weight -= rate * weight_decay * weight;
    else g += weight_decay * weight;
    m = beta1 * m + (C(1) - beta1) * g;
    v = beta2 * v + (C(1) - beta2) * g * g;
    return weight - corrected_rate * m / (math::sqrt(v * inverse_correction2) + epsilon);
  }
};

// Steps the elements of a chunk by one block.
template <class T> __device__ __forceinline__ void step_chunk(const ParameterChunk<T>& chunk, const Adam<compute_t<T>>& adam) {
  using C = compute_t<T>;
  constexpr int N = kPackLength<T>;
  const bool has_master = chunk.master != nullptr;
  const bool aligned = is_aligned<N>(chunk.parameter) && is_aligned<N>(chunk.gradient) && is_aligned<N>(chunk.first) &&
                       is_aligned<N>(chunk.second) && is_aligned<N>(chunk.master);
  const i64 whole = aligned ? chunk.count / N * N : 0;
  for (i64 i = threadIdx.x * N; i < whole; i += kBlock * N) {
    Pack<T, N> w = *reinterpret_cast<const Pack<T, N>*>(chunk.parameter + i);
    const Pack<T, N> g = *reinterpret_cast<const Pack<T, N>*>(chunk.gradient + i);
    Pack<C, N> m = *reinterpret_cast<const Pack<C, N>*>(chunk.first + i), v = *reinterpret_cast<const Pack<C, N>*>(chunk.second + i), weight;
    if (has_master) weight = *reinterpret_cast<const Pack<C, N>*>(chunk.master + i);
#pragma unroll
    for (int k = 0; k < N; ++k) {
      const C rounded = up(w.v[k]);
      weight.v[k] = adam.step(has_master ? chunk.weight(rounded, weight.v[k]) : rounded, up(g.v[k]), m.v[k], v.v[k]);
      w.v[k] = down<T>(weight.v[k]);
    }
    *reinterpret_cast<Pack<C, N>*>(chunk.first + i) = m;
    *reinterpret_cast<Pack<C, N>*>(chunk.second + i) = v;
    *reinterpret_cast<Pack<T, N>*>(chunk.parameter + i) = w;
    if (has_master) *reinterpret_cast<Pack<C, N>*>(chunk.master + i) = weight;
  }
  for (i64 i = whole + threadIdx.x; i < chunk.count; i += kBlock) {
    chunk.set_weight(i, adam.step(chunk.weight(i), up(chunk.gradient[i]), chunk.first[i], chunk.second[i]));
  }
}

template <class T>
__global__ void __launch_bounds__(kBlock) adam(T* w, const T* gradient, compute_t<T>* m, compute_t<T>* v, i64 n, compute_t<T> gradient_scale, compute_t<T> rate,
                                               compute_t<T> beta1, compute_t<T> beta2, compute_t<T> epsilon, compute_t<T> weight_decay, bool decoupled,
                                               compute_t<T> correction1, compute_t<T> correction2) {
  const i64 share = kBlock * kPackLength<T>, start = blockIdx.x * share, count = n - start < share ? n - start : share;
  step_chunk(ParameterChunk<T>{w + start, gradient + start, nullptr, m + start, v + start, count},
             Adam<compute_t<T>>(gradient_scale, rate, beta1, beta2, epsilon, weight_decay, decoupled, correction1, correction2));
}

template <class T>
__global__ void __launch_bounds__(kBlock) multi_tensor_adam(const ParameterChunk<T>* table, compute_t<T> gradient_scale, compute_t<T> rate, compute_t<T> beta1,
                                                            compute_t<T> beta2, compute_t<T> epsilon, compute_t<T> weight_decay, bool decoupled,
                                                            compute_t<T> correction1, compute_t<T> correction2) {
  step_chunk(ParameterChunk<T>(table[blockIdx.x]),
             Adam<compute_t<T>>(gradient_scale, rate, beta1, beta2, epsilon, weight_decay, decoupled, correction1, correction2));
}
