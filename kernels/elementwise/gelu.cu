// y = x * Phi(x), elementwise, Phi being the distribution function of the standard normal; -inf gives 0.
// gelu: Phi(x) = erfc(-x / sqrt 2) / 2, which keeps its relative precision in the lower tail, where 1 + erf would cancel.
// gelu_tanh: the approximation Phi(x) = (1 + tanh(u)) / 2 = sigmoid(2u) with u = sqrt(2 / pi) * (x + 0.044715 x^3).
#include "common/elementwise.cuh"
#include "common/math.cuh"

struct Gelu {
  template <class C> __device__ C operator()(C x) const { return math::above_tail(x) * C(0.5) * math::erfc(-math::above_tail(x) * C(0.70710678118654752)); }
};

CK_UNARY_KERNELS(gelu, Gelu)

struct GeluTanh {
  template <class C> __device__ C operator()(C x) const { return math::above_tail(x) * math::sigmoid(C(2) * math::gelu_tanh_argument(math::above_tail(x))); }
};

CK_UNARY_KERNELS(gelu_tanh, GeluTanh)
