// dx = dy * d(x * Phi(x))/dx, elementwise, for both forms of Phi (see gelu.cu).
// gelu_gradient: Phi(x) + x * phi(x) with the density phi(x) = e^(-x*x/2) / sqrt(2 pi).
// gelu_tanh_gradient: s * (1 + 2 x * (1 - s) * u') with s = sigmoid(2u), u' = sqrt(2 / pi) * (1 + 3 * 0.044715 x^2).
#include "common/elementwise.cuh"
#include "common/gelu.cuh"

template <bool IsFor16Bits> struct GeluGradientOf {
  template <class C> __device__ C operator()(C x, C dy) const { return dy * math::gelu_slope<IsFor16Bits>(x); }
};

CK_PAIR_KERNELS(gelu_gradient, GeluGradientOf<sizeof(T) == 2>)

template <bool IsFor16Bits> struct GeluTanhGradientOf {
  template <class C> __device__ C operator()(C x, C dy) const { return dy * math::gelu_tanh_slope<IsFor16Bits>(x); }
};

CK_PAIR_KERNELS(gelu_tanh_gradient, GeluTanhGradientOf<sizeof(T) == 2>)
