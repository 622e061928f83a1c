// dx = dy * d(x * Phi(x))/dx, elementwise, for both forms of Phi (see gelu.cu).
// gelu_gradient: Phi(x) + x * phi(x) with the density phi(x) = e^(-x*x/2) / sqrt(2 pi).
// gelu_tanh_gradient: s * (1 + 2 x * (1 - s) * u') with s = sigmoid(2u), u' = sqrt(2 / pi) * (1 + 3 * 0.044715 x^2).
#include "common/elementwise.cuh"
#include "common/math.cuh"

struct GeluGradient {
  template <class C> __device__ C operator()(C x, C dy) const {
    const C t = math::between_tails(x);
    return dy * (C(0.5) * math::erfc(-t * C(0.70710678118654752)) + t * C(0.39894228040143268) * math::exp(C(-0.5) * t * t));
  }
};

CK_PAIR_KERNELS(gelu_gradient, GeluGradient)

struct GeluTanhGradient {
  template <class C> __device__ C operator()(C x, C dy) const {
    const C t = math::between_tails(x), s = math::sigmoid(C(2) * math::gelu_tanh_argument(t));
    const C slope = C(0.79788456080286536) * (C(1) + C(0.134145) * t * t);
    return dy * s * (C(1) + C(2) * t * (C(1) - s) * slope);
  }
};

CK_PAIR_KERNELS(gelu_tanh_gradient, GeluTanhGradient)
