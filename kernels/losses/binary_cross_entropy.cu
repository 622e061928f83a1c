// loss = -t ln s(x) - (1 - t) ln(1 - s(x)) with s(x) = 1 / (1 + e^-x), for a logit x and a target t in [0, 1],
// elementwise, and its gradient (s(x) - t) * scale. The loss is computed as max(x, 0) - x t + ln(1 + e^-|x|), which
// never overflows, with the first two terms in one: x (1 - t) or -x t, which lose nothing to cancellation. Likewise the
// gradient starts from the nearer of s = 0 and s = 1. An infinite logit gives a loss of 0 where its target is the class
// that it is sure of, else infinity.
#include "common/elementwise.cuh"
#include "common/math.cuh"

struct BinaryCrossEntropy {
  template <class C>
  __device__ C operator()(C x, C t) const {
    const C slope = x > C(0) ? C(1) - t : -t;
    const C linear = slope == C(0) ? C(0) : x * slope;
    return linear + math::log1p(math::exp(-math::abs(x)));
  }
};

template <class C>
struct BinaryCrossEntropyGradient {
  C scale;
  __device__ C operator()(C x, C t) const {
    const C rest = math::sigmoid(-math::abs(x));
    return (x > C(0) ? C(1) - t - rest : rest - t) * scale;
  }
};

CK_PAIR_KERNELS(binary_cross_entropy, BinaryCrossEntropy)

template <class T>
__global__ void __launch_bounds__(kElementwiseBlock)
    binary_cross_entropy_gradient_dense(T* gradient, const T* x, const T* t, i64 n, compute_t<T> scale) {
  map(gradient, n, BinaryCrossEntropyGradient<compute_t<T>>{scale}, x, t);
}
template <class T>
__global__ void __launch_bounds__(kElementwiseBlock)
    binary_cross_entropy_gradient_strided(T* gradient, const T* x, const T* t, StridedLoop loop, compute_t<T> scale) {
  map_strided(gradient, loop, BinaryCrossEntropyGradient<compute_t<T>>{scale}, x, t);
}
