// loss = d^2 / (2 beta) where |d| < beta, else |d| - beta / 2, of the difference d = x - t, elementwise, and its
// gradient: d / beta there and the sign of d elsewhere, times the scale. A beta of 0 gives |d|, whose gradient at 0 is
// 0.
#include "common/elementwise.cuh"
#include "common/math.cuh"

template <class C>
struct SmoothL1 {
  C beta;
  __device__ C operator()(C x, C t) const {
    const C distance = math::abs(x - t);
    return distance < beta ? C(0.5) * distance * (distance / beta) : distance - C(0.5) * beta;
  }
};

template <class C>
struct SmoothL1Gradient {
  C beta, scale;
  __device__ C operator()(C x, C t) const {
    const C difference = x - t;
    if (math::abs(difference) < beta) return difference / beta * scale;
    // 0 and NaN are their own sign.
    const C sign = difference > C(0) ? C(1) : difference < C(0) ? C(-1) : difference;
    return sign * scale;
  }
};

template <class T>
__global__ void __launch_bounds__(kElementwiseBlock)
    smooth_l1_dense(T* loss, const T* x, const T* t, i64 n, compute_t<T> beta) {
  map(loss, n, SmoothL1<compute_t<T>>{beta}, x, t);
}
template <class T>
__global__ void __launch_bounds__(kElementwiseBlock)
    smooth_l1_strided(T* loss, const T* x, const T* t, StridedLoop loop, compute_t<T> beta) {
  map_strided(loss, loop, SmoothL1<compute_t<T>>{beta}, x, t);
}

template <class T>
__global__ void __launch_bounds__(kElementwiseBlock)
    smooth_l1_gradient_dense(T* gradient, const T* x, const T* t, i64 n, compute_t<T> beta, compute_t<T> scale) {
  map(gradient, n, SmoothL1Gradient<compute_t<T>>{beta, scale}, x, t);
}
template <class T>
__global__ void __launch_bounds__(kElementwiseBlock)
    smooth_l1_gradient_strided(T* gradient, const T* x, const T* t, StridedLoop loop, compute_t<T> beta,
                               compute_t<T> scale) {
  map_strided(gradient, loop, SmoothL1Gradient<compute_t<T>>{beta, scale}, x, t);
}
