// y = x * Phi(x), elementwise, Phi being the distribution function of the standard normal; -inf gives 0.
// gelu: by the lower tail, which keeps its relative precision where 1 + erf would cancel (see common/gelu.cuh).
// gelu_tanh: the approximation Phi(x) = (1 + tanh(u)) / 2 = sigmoid(2u) with u = sqrt(2 / pi) * (x + 0.044715 x^3).
#include "common/elementwise.cuh"
#include "common/gelu.cuh"

template <bool IsFor16Bits> struct GeluOf {
  template <class C> __device__ C operator()(C x) const { return math::gelu<IsFor16Bits>(x); }
};
// In expressions, which know only the type that they compute in.
using Gelu = GeluOf<false>;

CK_UNARY_KERNELS(gelu, GeluOf<sizeof(T) == 2>)

template <bool IsFor16Bits> struct GeluTanhOf {
  template <class C> __device__ C operator()(C x) const { return math::gelu_tanh<IsFor16Bits>(x); }
};
using GeluTanh = GeluTanhOf<false>;

CK_UNARY_KERNELS(gelu_tanh, GeluTanhOf<sizeof(T) == 2>)
