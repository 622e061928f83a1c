// One step of Adam or AdamW on a parameter tensor, in place; 28 bytes a parameter move for float.
//   g' = g + weight_decay * w            (Adam; AdamW instead shrinks w by lr * weight_decay)
//   m  = beta1 * m + (1 - beta1) * g'
//   v  = beta2 * v + (1 - beta2) * g'^2
//   w -= lr * (m / correction1) / (sqrt(v / correction2) + epsilon)
// with correction_i = 1 - beta_i^step, computed on the host in double. The moments are float (double for double parameters).
#include "common/compute.cuh"
#include "common/math.cuh"

template <class T>
__global__ void __launch_bounds__(256) adam(T* w, const T* gradient, compute_t<T>* m, compute_t<T>* v, i64 n, compute_t<T> rate, compute_t<T> beta1, compute_t<T> beta2,
                                            compute_t<T> epsilon, compute_t<T> weight_decay, bool decoupled, compute_t<T> correction1, compute_t<T> correction2) {
  using C = compute_t<T>;
  const i64 i = blockIdx.x * (i64)blockDim.x + threadIdx.x;
  if (i >= n) return;
  C weight = up(w[i]), g = up(gradient[i]);
  if (decoupled) weight -= rate * weight_decay * weight;
  else g += weight_decay * weight;
  const C first = m[i] = beta1 * m[i] + (C(1) - beta1) * g;
  const C second = v[i] = beta2 * v[i] + (C(1) - beta2) * g * g;
  w[i] = down<T>(weight - rate * (first / correction1) / (math::sqrt(second / correction2) + epsilon));
}
