// One step of stochastic gradient descent, in place; 12 bytes a parameter move for float, 20 with momentum.
//   g' = gradient_scale * gradient + weight_decay * w    (the scale undoes that of a loss)
//   sgd:           w -= rate * g'
//   sgd_momentum:  v  = momentum * v + (1 - dampening) * g'
//                  w -= rate * v, or with Nesterov's look ahead rate * (g' + momentum * v)
// The velocity is float (double for double parameters) and zero before the first step. The multi_tensor_ forms step all tensors of a
// table, a block a chunk, with the same bits.
#include "common/tensor_table.cuh"

// The weight after the step.
template <class C> __device__ __forceinline__ C sgd_step(C weight, C g, C rate, C weight_decay) { return weight - rate * (g + weight_decay * weight); }

// The weight after the step with momentum; v takes the gradient in.
template <class C>
__device__ __forceinline__ C sgd_momentum_step(C weight, C g, C& v, C rate, C weight_decay, C momentum, C dampening, bool nesterov) {
  g += weight_decay * weight;
  const C velocity = v = momentum * v + (C(1) - dampening) * g;
  return weight - rate * (nesterov ? g + momentum * velocity : velocity);
}

template <class T>
__global__ void __launch_bounds__(256) sgd(T* w, const T* gradient, i64 n, compute_t<T> gradient_scale, compute_t<T> rate, compute_t<T> weight_decay) {
  const i64 i = blockIdx.x * (i64)blockDim.x + threadIdx.x;
  if (i >= n) return;
  w[i] = down<T>(sgd_step(up(w[i]), gradient_scale * up(gradient[i]), rate, weight_decay));
}

template <class T>
__global__ void __launch_bounds__(256) sgd_momentum(T* w, const T* gradient, compute_t<T>* v, i64 n, compute_t<T> gradient_scale, compute_t<T> rate, compute_t<T> weight_decay,
                                                    compute_t<T> momentum, compute_t<T> dampening, bool nesterov) {
  const i64 i = blockIdx.x * (i64)blockDim.x + threadIdx.x;
  if (i >= n) return;
  w[i] = down<T>(sgd_momentum_step(up(w[i]), gradient_scale * up(gradient[i]), v[i], rate, weight_decay, momentum, dampening, nesterov));
}

template <class T>
__global__ void __launch_bounds__(256) multi_tensor_sgd(const ParameterChunk<T>* table, compute_t<T> gradient_scale, compute_t<T> rate, compute_t<T> weight_decay) {
  const ParameterChunk<T> chunk = table[blockIdx.x];
  for (i64 i = threadIdx.x; i < chunk.count; i += blockDim.x)
    chunk.set_weight(i, sgd_step(chunk.weight(i), gradient_scale * up(chunk.gradient[i]), rate, weight_decay));
}

template <class T>
__global__ void __launch_bounds__(256) multi_tensor_sgd_momentum(const ParameterChunk<T>* table, compute_t<T> gradient_scale, compute_t<T> rate, compute_t<T> weight_decay,
                                                                 compute_t<T> momentum, compute_t<T> dampening, bool nesterov) {
  const ParameterChunk<T> chunk = table[blockIdx.x];
  for (i64 i = threadIdx.x; i < chunk.count; i += blockDim.x)
    chunk.set_weight(i, sgd_momentum_step(chunk.weight(i), gradient_scale * up(chunk.gradient[i]), chunk.first[i], rate, weight_decay, momentum, dampening, nesterov));
}
