// y = f(x0, x1, x2), elementwise: an expression f of other operations in one pass, as FusedOperation writes it.
#include "common/elementwise.cuh"
#include "elementwise/add.cu"
#include "elementwise/multiply.cu"
#include "elementwise/silu.cu"

struct Fused {
  template <class C> __device__ __forceinline__ C operator()(C x0, C x1, C x2) const {
    const C v0 = Multiply{}(x0, x1);
    const C v1 = Add{}(v0, x2);
    const C v2 = Silu{}(v1);
    const C v3 = Multiply{}(v2, C(0.5));
    const C v4 = Add{}(v3, x0);
    return v4;
  }
};

template <class T> __global__ void __launch_bounds__(kElementwiseBlock) fused_dense(T* y, const T* x0, const T* x1, const T* x2, i64 n) {
  map(y, n, Fused{}, x0, x1, x2);
}

template <class T> __global__ void __launch_bounds__(kElementwiseBlock) fused_strided(T* y, const T* x0, const T* x1, const T* x2, OperandLoop loop) {
  map_strided(y, loop, Fused{}, x0, x1, x2);
}
