// One step of Adam or AdamW, in place; 28 bytes a parameter move for float, 30 for 16-bit parameters with a float master copy.
//   g  = gradient_scale * gradient       (undoes the scale of a loss)
//   g' = g + weight_decay * w            (Adam; AdamW instead shrinks w by lr * weight_decay)
//   m  = beta1 * m + (1 - beta1) * g'
//   v  = beta2 * v + (1 - beta2) * g'^2
//   w -= lr * (m / correction1) / (sqrt(v / correction2) + epsilon)
// with correction_i = 1 - beta_i^step, computed on the host in double. The moments are float (double for double parameters).
//   adam:               one parameter tensor, a block for 256 packs
//   multi_tensor_adam:  all tensors of a table, a block a chunk; the same bits
// A thread has 64 bytes of float tensors in flight (common/parameter_step.cuh).
#include "common/math.cuh"
#include "common/parameter_step.cuh"

template <class C> struct Adam {
  static constexpr int kStates = 2;
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

template <class T>
__global__ void __launch_bounds__(kStepBlock) adam(T* w, const T* gradient, compute_t<T>* m, compute_t<T>* v, i64 n, compute_t<T> gradient_scale, compute_t<T> rate,
                                                   compute_t<T> beta1, compute_t<T> beta2, compute_t<T> epsilon, compute_t<T> weight_decay, bool decoupled,
                                                   compute_t<T> correction1, compute_t<T> correction2) {
  step_parameter(w, gradient, m, v, n, Adam<compute_t<T>>(gradient_scale, rate, beta1, beta2, epsilon, weight_decay, decoupled, correction1, correction2));
}

template <class T>
__global__ void __launch_bounds__(kStepBlock) multi_tensor_adam(const ParameterChunk<T>* table, compute_t<T> gradient_scale, compute_t<T> rate, compute_t<T> beta1,
                                                                compute_t<T> beta2, compute_t<T> epsilon, compute_t<T> weight_decay, bool decoupled,
                                                                compute_t<T> correction1, compute_t<T> correction2) {
  step_chunk(ParameterChunk<T>(table[blockIdx.x]),
             Adam<compute_t<T>>(gradient_scale, rate, beta1, beta2, epsilon, weight_decay, decoupled, correction1, correction2));
}
