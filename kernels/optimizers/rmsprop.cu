// One step of RMSprop on a parameter tensor, in place; 20 bytes a parameter move for float, 28 with momentum.
//   g' = g + weight_decay * w
//   v  = decay * v + (1 - decay) * g'^2
//   rmsprop:           w -= rate * g' / (sqrt(v) + epsilon)
//   rmsprop_momentum:  u  = momentum * u + g' / (sqrt(v) + epsilon), then w -= rate * u
// The mean of squares v and the velocity u are float (double for double parameters) and zero before the first step.
#include "common/compute.cuh"
#include "common/math.cuh"

// The gradient over the root of its mean square, which takes this gradient in.
template <class C> __device__ __forceinline__ C scaled_gradient(C weight, C g, C& mean_square, C decay, C epsilon, C weight_decay) {
  g += weight_decay * weight;
  mean_square = decay * mean_square + (C(1) - decay) * g * g;
  return g / (math::sqrt(mean_square) + epsilon);
}

template <class T>
__global__ void __launch_bounds__(256) rmsprop(T* w, const T* gradient, compute_t<T>* v, i64 n, compute_t<T> rate, compute_t<T> decay, compute_t<T> epsilon,
                                               compute_t<T> weight_decay) {
  const i64 i = blockIdx.x * (i64)blockDim.x + threadIdx.x;
  if (i >= n) return;
  const compute_t<T> weight = up(w[i]);
  w[i] = down<T>(weight - rate * scaled_gradient(weight, up(gradient[i]), v[i], decay, epsilon, weight_decay));
}

template <class T>
__global__ void __launch_bounds__(256) rmsprop_momentum(T* w, const T* gradient, compute_t<T>* v, compute_t<T>* u, i64 n, compute_t<T> rate, compute_t<T> decay,
                                                        compute_t<T> epsilon, compute_t<T> weight_decay, compute_t<T> momentum) {
  const i64 i = blockIdx.x * (i64)blockDim.x + threadIdx.x;
  if (i >= n) return;
  const compute_t<T> weight = up(w[i]);
  const compute_t<T> velocity = u[i] = momentum * u[i] + scaled_gradient(weight, up(gradient[i]), v[i], decay, epsilon, weight_decay);
  w[i] = down<T>(weight - rate * velocity);
}
