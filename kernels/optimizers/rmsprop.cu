// One step of RMSprop, in place; 20 bytes a parameter move for float, 28 with momentum.
//   g' = gradient_scale * gradient + weight_decay * w    (the scale undoes that of a loss)
//   v  = decay * v + (1 - decay) * g'^2
//   rmsprop:           w -= rate * g' / (sqrt(v) + epsilon)
//   rmsprop_momentum:  u  = momentum * u + g' / (sqrt(v) + epsilon), then w -= rate * u
// The mean of squares v and the velocity u are float (double for double parameters) and zero before the first step. The multi_tensor_
// forms step all tensors of a table, a block a chunk, with the same bits.
#include "common/math.cuh"
#include "common/tensor_table.cuh"

// The gradient over the root of its mean square, which takes this gradient in.
template <class C> __device__ __forceinline__ C scaled_gradient(C weight, C g, C& mean_square, C decay, C epsilon, C weight_decay) {
  g += weight_decay * weight;
  mean_square = decay * mean_square + (C(1) - decay) * g * g;
  return g / (math::sqrt(mean_square) + epsilon);
}

// The weight after the step.
template <class C> __device__ __forceinline__ C rmsprop_step(C weight, C g, C& v, C rate, C decay, C epsilon, C weight_decay) {
  return weight - rate * scaled_gradient(weight, g, v, decay, epsilon, weight_decay);
}

// The weight after the step with momentum.
template <class C> __device__ __forceinline__ C rmsprop_momentum_step(C weight, C g, C& v, C& u, C rate, C decay, C epsilon, C weight_decay, C momentum) {
  const C velocity = u = momentum * u + scaled_gradient(weight, g, v, decay, epsilon, weight_decay);
  return weight - rate * velocity;
}

template <class T>
__global__ void __launch_bounds__(256) rmsprop(T* w, const T* gradient, compute_t<T>* v, i64 n, compute_t<T> gradient_scale, compute_t<T> rate, compute_t<T> decay,
                                               compute_t<T> epsilon, compute_t<T> weight_decay) {
  const i64 i = blockIdx.x * (i64)blockDim.x + threadIdx.x;
  if (i >= n) return;
  w[i] = down<T>(rmsprop_step(up(w[i]), gradient_scale * up(gradient[i]), v[i], rate, decay, epsilon, weight_decay));
}

template <class T>
__global__ void __launch_bounds__(256) rmsprop_momentum(T* w, const T* gradient, compute_t<T>* v, compute_t<T>* u, i64 n, compute_t<T> gradient_scale, compute_t<T> rate,
                                                        compute_t<T> decay, compute_t<T> epsilon, compute_t<T> weight_decay, compute_t<T> momentum) {
  const i64 i = blockIdx.x * (i64)blockDim.x + threadIdx.x;
  if (i >= n) return;
  w[i] = down<T>(rmsprop_momentum_step(up(w[i]), gradient_scale * up(gradient[i]), v[i], u[i], rate, decay, epsilon, weight_decay, momentum));
}

template <class T>
__global__ void __launch_bounds__(256) multi_tensor_rmsprop(const ParameterChunk<T>* table, compute_t<T> gradient_scale, compute_t<T> rate, compute_t<T> decay, compute_t<T> epsilon,
                                                            compute_t<T> weight_decay) {
  const ParameterChunk<T> chunk = table[blockIdx.x];
  for (i64 i = threadIdx.x; i < chunk.count; i += blockDim.x)
    chunk.set_weight(i, rmsprop_step(chunk.weight(i), gradient_scale * up(chunk.gradient[i]), chunk.first[i], rate, decay, epsilon, weight_decay));
}

template <class T>
__global__ void __launch_bounds__(256) multi_tensor_rmsprop_momentum(const ParameterChunk<T>* table, compute_t<T> gradient_scale, compute_t<T> rate, compute_t<T> decay,
                                                                     compute_t<T> epsilon, compute_t<T> weight_decay, compute_t<T> momentum) {
  const ParameterChunk<T> chunk = table[blockIdx.x];
  for (i64 i = threadIdx.x; i < chunk.count; i += blockDim.x)
    chunk.set_weight(i, rmsprop_momentum_step(chunk.weight(i), gradient_scale * up(chunk.gradient[i]), chunk.first[i], chunk.second[i], rate, decay, epsilon, weight_decay, momentum));
}
