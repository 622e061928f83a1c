// One step of stochastic gradient descent on a parameter tensor, in place; 12 bytes a parameter move for float, 20 with momentum.
//   g' = g + weight_decay * w
//   sgd:           w -= rate * g'
//   sgd_momentum:  v  = momentum * v + (1 - dampening) * g'
//                  w -= rate * v, or with Nesterov's look ahead rate * (g' + momentum * v)
// The velocity is float (double for double parameters) and zero before the first step.
#include "common/compute.cuh"

template <class T> __global__ void __launch_bounds__(256) sgd(T* w, const T* gradient, i64 n, compute_t<T> rate, compute_t<T> weight_decay) {
  const i64 i = blockIdx.x * (i64)blockDim.x + threadIdx.x;
  if (i >= n) return;
  const compute_t<T> weight = up(w[i]);
  w[i] = down<T>(weight - rate * (up(gradient[i]) + weight_decay * weight));
}

template <class T>
__global__ void __launch_bounds__(256) sgd_momentum(T* w, const T* gradient, compute_t<T>* v, i64 n, compute_t<T> rate, compute_t<T> weight_decay, compute_t<T> momentum,
                                                    compute_t<T> dampening, bool nesterov) {
  using C = compute_t<T>;
  const i64 i = blockIdx.x * (i64)blockDim.x + threadIdx.x;
  if (i >= n) return;
  const C weight = up(w[i]), g = up(gradient[i]) + weight_decay * weight;
  const C velocity = v[i] = momentum * v[i] + (C(1) - dampening) * g;
  w[i] = down<T>(weight - rate * (nesterov ? g + momentum * velocity : velocity));
}
