// One step of stochastic gradient descent, in place; 12 bytes a parameter move for float, 20 with momentum.
//   g' = gradient_scale * gradient + weight_decay * w    (the scale undoes that of a loss)
//   sgd:           w -= rate * g'
//   sgd_momentum:  v  = momentum * v + (1 - dampening) * g'
//                  w -= rate * v, or with Nesterov's look ahead rate * (g' + momentum * v)
// The velocity is float (double for double parameters) and zero before the first step. The multi_tensor_ forms step all tensors of a
// table, a block a chunk, with the same bits. A thread has 32 bytes of float tensors in flight, 48 with momentum
// (common/parameter_step.cuh).
#include "common/parameter_step.cuh"

template <class C> struct Sgd {
  static constexpr int kStates = 0;
  C gradient_scale, rate, weight_decay;

  // The weight after the step.
  __device__ __forceinline__ C step(C weight, C gradient, C&, C&) const { return weight - rate * (gradient_scale * gradient + weight_decay * weight); }
};

template <class C> struct SgdMomentum {
  static constexpr int kStates = 1;
  C gradient_scale, rate, weight_decay, momentum, dampening;
  bool nesterov;

  // The weight after the step; v takes the gradient in.
  __device__ __forceinline__ C step(C weight, C gradient, C& v, C&) const {
    C g = gradient_scale * gradient;
    g += weight_decay * weight;
    const C velocity = v = momentum * v + (C(1) - dampening) * g;
    return weight - rate * (nesterov ? g + momentum * velocity : velocity);
  }
};

template <class T>
__global__ void __launch_bounds__(kStepBlock) sgd(T* w, const T* gradient, i64 n, compute_t<T> gradient_scale, compute_t<T> rate, compute_t<T> weight_decay) {
  step_parameter<T>(w, gradient, nullptr, nullptr, n, Sgd<compute_t<T>>{gradient_scale, rate, weight_decay});
}

template <class T>
__global__ void __launch_bounds__(kStepBlock) sgd_momentum(T* w, const T* gradient, compute_t<T>* v, i64 n, compute_t<T> gradient_scale, compute_t<T> rate, compute_t<T> weight_decay,
                                                           compute_t<T> momentum, compute_t<T> dampening, bool nesterov) {
  step_parameter<T>(w, gradient, v, nullptr, n, SgdMomentum<compute_t<T>>{gradient_scale, rate, weight_decay, momentum, dampening, nesterov});
}

template <class T>
__global__ void __launch_bounds__(kStepBlock) multi_tensor_sgd(const ParameterChunk<T>* table, compute_t<T> gradient_scale, compute_t<T> rate, compute_t<T> weight_decay) {
  step_chunk(ParameterChunk<T>(table[blockIdx.x]), Sgd<compute_t<T>>{gradient_scale, rate, weight_decay});
}

template <class T>
__global__ void __launch_bounds__(kStepBlock) multi_tensor_sgd_momentum(const ParameterChunk<T>* table, compute_t<T> gradient_scale, compute_t<T> rate, compute_t<T> weight_decay,
                                                                        compute_t<T> momentum, compute_t<T> dampening, bool nesterov) {
  step_chunk(ParameterChunk<T>(table[blockIdx.x]), SgdMomentum<compute_t<T>>{gradient_scale, rate, weight_decay, momentum, dampening, nesterov});
}
