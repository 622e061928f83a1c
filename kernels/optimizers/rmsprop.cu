// One step of RMSprop, in place; 20 bytes a parameter move for float, 28 with momentum.
//   g' = gradient_scale * gradient + weight_decay * w    (the scale undoes that of a loss)
//   v  = decay * v + (1 - decay) * g'^2
//   rmsprop:           w -= rate * g' / (sqrt(v) + epsilon)
//   rmsprop_momentum:  u  = momentum * u + g' / (sqrt(v) + epsilon), then w -= rate * u
// The mean of squares v and the velocity u are float (double for double parameters) and zero before the first step. The multi_tensor_
// forms step all tensors of a table, a block a chunk, with the same bits. A thread has 48 bytes of float tensors in flight, 64 with
// momentum (common/parameter_step.cuh).
#include "common/math.cuh"
#include "common/parameter_step.cuh"

template <class C> struct RmsProp {
  static constexpr int kStates = 1;
  C gradient_scale, rate, decay, epsilon, weight_decay;

  // The gradient over the root of its mean square, which takes this gradient in.
  __device__ __forceinline__ C scaled_gradient(C weight, C gradient, C& mean_square) const {
    C g = gradient_scale * gradient;
    g += weight_decay * weight;
    mean_square = decay * mean_square + (C(1) - decay) * g * g;
    return g / (math::sqrt(mean_square) + epsilon);
  }

  // The weight after the step.
  __device__ __forceinline__ C step(C weight, C gradient, C& v, C&) const { return weight - rate * scaled_gradient(weight, gradient, v); }
};

template <class C> struct RmsPropMomentum {
  static constexpr int kStates = 2;
  RmsProp<C> plain;
  C momentum;

  __device__ __forceinline__ C step(C weight, C gradient, C& v, C& u) const {
    const C velocity = u = momentum * u + plain.scaled_gradient(weight, gradient, v);
    return weight - plain.rate * velocity;
  }
};

template <class T>
__global__ void __launch_bounds__(kStepBlock) rmsprop(T* w, const T* gradient, compute_t<T>* v, i64 n, compute_t<T> gradient_scale, compute_t<T> rate, compute_t<T> decay,
                                                      compute_t<T> epsilon, compute_t<T> weight_decay) {
  step_parameter<T>(w, gradient, v, nullptr, n, RmsProp<compute_t<T>>{gradient_scale, rate, decay, epsilon, weight_decay});
}

template <class T>
__global__ void __launch_bounds__(kStepBlock) rmsprop_momentum(T* w, const T* gradient, compute_t<T>* v, compute_t<T>* u, i64 n, compute_t<T> gradient_scale, compute_t<T> rate,
                                                               compute_t<T> decay, compute_t<T> epsilon, compute_t<T> weight_decay, compute_t<T> momentum) {
  step_parameter<T>(w, gradient, v, u, n, RmsPropMomentum<compute_t<T>>{{gradient_scale, rate, decay, epsilon, weight_decay}, momentum});
}

template <class T>
__global__ void __launch_bounds__(kStepBlock) multi_tensor_rmsprop(const ParameterChunk<T>* table, compute_t<T> gradient_scale, compute_t<T> rate, compute_t<T> decay,
                                                                   compute_t<T> epsilon, compute_t<T> weight_decay) {
  step_chunk(ParameterChunk<T>(table[blockIdx.x]), RmsProp<compute_t<T>>{gradient_scale, rate, decay, epsilon, weight_decay});
}

template <class T>
__global__ void __launch_bounds__(kStepBlock) multi_tensor_rmsprop_momentum(const ParameterChunk<T>* table, compute_t<T> gradient_scale, compute_t<T> rate, compute_t<T> decay,
                                                                            compute_t<T> epsilon, compute_t<T> weight_decay, compute_t<T> momentum) {
  step_chunk(ParameterChunk<T>(table[blockIdx.x]), RmsPropMomentum<compute_t<T>>{{gradient_scale, rate, decay, epsilon, weight_decay}, momentum});
}
