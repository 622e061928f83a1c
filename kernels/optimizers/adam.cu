// One step of Adam or AdamW, in place; 28 bytes a parameter move for float, 30 for 16-bit parameters with a float master copy.
//   g  = gradient_scale * gradient       (undoes the scale of a loss)
//   g' = g + weight_decay * w            (Adam; AdamW instead shrinks w by lr * weight_decay)
//   m  = beta1 * m + (1 - beta1) * g'
//   v  = beta2 * v + (1 - beta2) * g'^2
//   w -= lr * (m / correction1) / (sqrt(v / correction2) + epsilon)
// with correction_i = 1 - beta_i^step, computed on the host in double. The moments are float (double for double parameters).
//   adam:               one parameter tensor, a thread an element
//   multi_tensor_adam:  all tensors of a table, a block a chunk; the same bits
#include "common/math.cuh"
#include "common/tensor_table.cuh"

// The weight after the step; m and v take the gradient in.
template <class C>
__device__ __forceinline__ C adam_step(C weight, C g, C& m, C& v, C rate, C beta1, C beta2, C epsilon, C weight_decay, bool decoupled, C correction1, C correction2) {
  if (decoupled) weight -= rate * weight_decay * weight;
  else g += weight_decay * weight;
  const C first = m = beta1 * m + (C(1) - beta1) * g;
  const C second = v = beta2 * v + (C(1) - beta2) * g * g;
  return weight - rate * (first / correction1) / (math::sqrt(second / correction2) + epsilon);
}

template <class T>
__global__ void __launch_bounds__(256) adam(T* w, const T* gradient, compute_t<T>* m, compute_t<T>* v, i64 n, compute_t<T> gradient_scale, compute_t<T> rate, compute_t<T> beta1,
                                            compute_t<T> beta2, compute_t<T> epsilon, compute_t<T> weight_decay, bool decoupled, compute_t<T> correction1,
                                            compute_t<T> correction2) {
  const i64 i = blockIdx.x * (i64)blockDim.x + threadIdx.x;
  if (i >= n) return;
  const compute_t<T> g = gradient_scale * up(gradient[i]);
  w[i] = down<T>(adam_step(up(w[i]), g, m[i], v[i], rate, beta1, beta2, epsilon, weight_decay, decoupled, correction1, correction2));
}

template <class T>
__global__ void __launch_bounds__(256) multi_tensor_adam(const ParameterChunk<T>* table, compute_t<T> gradient_scale, compute_t<T> rate, compute_t<T> beta1, compute_t<T> beta2,
                                                         compute_t<T> epsilon, compute_t<T> weight_decay, bool decoupled, compute_t<T> correction1, compute_t<T> correction2) {
  const ParameterChunk<T> chunk = table[blockIdx.x];
  for (i64 i = threadIdx.x; i < chunk.count; i += blockDim.x) {
    const compute_t<T> g = gradient_scale * up(chunk.gradient[i]);
    chunk.set_weight(i, adam_step(chunk.weight(i), g, chunk.first[i], chunk.second[i], rate, beta1, beta2, epsilon, weight_decay, decoupled, correction1, correction2));
  }
}
