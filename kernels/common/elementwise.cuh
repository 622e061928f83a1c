// y[i] = f(x[i]...) over dense or strided operands. The first launches one thread for every 16 bytes and moves them at once
// where all pointers are aligned to it; the second launches one thread for every element and finds its place by division.
// A kernel file holds the function f and names its kernels, NAME_dense and NAME_strided, by one of the macros at the end.
#pragma once
#include "common/compute.cuh"

constexpr int kElementwiseBlock = 256;

template <class T, int N> struct alignas(sizeof(T) * N) Pack { T v[N]; };

template <class T> __device__ __forceinline__ constexpr int size_of_largest() { return sizeof(T); }
template <class T, class U, class... Rest> __device__ __forceinline__ constexpr int size_of_largest() {
  return size_of_largest<T>() > size_of_largest<U, Rest...>() ? size_of_largest<T>() : size_of_largest<U, Rest...>();
}

template <int N, class T> __device__ __forceinline__ bool is_aligned(const T* p) { return reinterpret_cast<u64>(p) % (sizeof(T) * N) == 0; }

// y[i] = f(x[i]...) for 0 <= i < n, all operands dense.
template <class F, class Y, class... X> __device__ __forceinline__ void map(Y* y, i64 n, F f, const X*... x) {
  constexpr int N = 16 / size_of_largest<Y, X...>();
  const i64 thread = blockIdx.x * (i64)blockDim.x + threadIdx.x;
  const i64 first = thread * N;
  if (first >= n) return;
  bool whole = first + N <= n && is_aligned<N>(y);
  ((whole = whole && is_aligned<N>(x)), ...);
  if (whole) {
    Pack<Y, N> out;
    [&](const Pack<X, N>... in) {
#pragma unroll
      for (int i = 0; i < N; ++i) out.v[i] = down<Y>(f(up(in.v[i])...));
    }(*reinterpret_cast<const Pack<X, N>*>(x + first)...);
    *reinterpret_cast<Pack<Y, N>*>(y + first) = out;
    return;
  }
  const i64 end = first + N < n ? first + N : n;
  for (i64 i = first; i < end; ++i) y[i] = down<Y>(f(up(x[i])...));
}

// A loop over elements whose operands have strides (in elements; 0 where an operand is broadcast), outermost dimension first.
// Operand 0 is the destination. The host fills the same struct (StridedLoop.cs).
struct StridedLoop {
  i64 count;
  i32 rank;
  i32 unused;
  i64 lengths[8];
  i64 strides[4][8];
};

// The same of more operands (OperandLoop.cs), for expressions that are made at run time.
struct OperandLoop {
  i64 count;
  i32 rank;
  i32 unused;
  i64 lengths[8];
  i64 strides[9][8];
};

// The offset of element `index` in each operand. 32-bit division is several times quicker than 64-bit, and nearly always enough.
template <int Operands, class Index, class Loop> __device__ __forceinline__ void offsets(const Loop& loop, Index index, i64 (&at)[Operands]) {
  for (int k = 0; k < Operands; ++k) at[k] = 0;
  for (int d = loop.rank - 1; d >= 0; --d) {
    const Index length = (Index)loop.lengths[d];
    const Index rest = index / length;
    const i64 i = (i64)(index - rest * length);
    for (int k = 0; k < Operands; ++k) at[k] += i * loop.strides[k][d];
    index = rest;
  }
}

template <int Operands, class Loop> __device__ __forceinline__ bool locate(const Loop& loop, i64 (&at)[Operands]) {
  const i64 index = blockIdx.x * (i64)blockDim.x + threadIdx.x;
  if (index >= loop.count) return false;
  if (loop.count <= 0x7fffffff) offsets<Operands, u32>(loop, (u32)index, at);
  else offsets<Operands, u64>(loop, (u64)index, at);
  return true;
}

template <class F, class Y, class A> __device__ __forceinline__ void map_strided(Y* y, const StridedLoop& loop, F f, const A* a) {
  i64 at[2];
  if (locate(loop, at)) y[at[0]] = down<Y>(f(up(a[at[1]])));
}

template <class F, class Y, class A, class B> __device__ __forceinline__ void map_strided(Y* y, const StridedLoop& loop, F f, const A* a, const B* b) {
  i64 at[3];
  if (locate(loop, at)) y[at[0]] = down<Y>(f(up(a[at[1]]), up(b[at[2]])));
}

template <class F, class Y, class A, class B, class C>
__device__ __forceinline__ void map_strided(Y* y, const StridedLoop& loop, F f, const A* a, const B* b, const C* c) {
  i64 at[4];
  if (locate(loop, at)) y[at[0]] = down<Y>(f(up(a[at[1]]), up(b[at[2]]), up(c[at[3]])));
}

// f with one operand fixed: the scalar forms of the binary operations.
template <class F, class C> struct Bound {
  C scalar;
  bool scalar_is_left;
  template <class X> __device__ __forceinline__ auto operator()(X x) const { return scalar_is_left ? F{}(scalar, x) : F{}(x, scalar); }
};

// The kernels of y = F(x): NAME_dense and NAME_strided over element type T.
#define CK_UNARY_KERNELS(name, F)                                                                                                  \
  template <class T> __global__ void __launch_bounds__(kElementwiseBlock) name##_dense(T* y, const T* x, i64 n) { map(y, n, F{}, x); } \
  template <class T> __global__ void __launch_bounds__(kElementwiseBlock) name##_strided(T* y, const T* x, StridedLoop loop) {      \
    map_strided(y, loop, F{}, x);                                                                                                  \
  }

// The kernels of y = F(a, b).
#define CK_PAIR_KERNELS(name, F) CK_PAIR_KERNELS_TO(name, T, F)
#define CK_PAIR_KERNELS_TO(name, Y, F)                                                                                                            \
  template <class T> __global__ void __launch_bounds__(kElementwiseBlock) name##_dense(Y* y, const T* a, const T* b, i64 n) { map(y, n, F{}, a, b); } \
  template <class T> __global__ void __launch_bounds__(kElementwiseBlock) name##_strided(Y* y, const T* a, const T* b, StridedLoop loop) {         \
    map_strided(y, loop, F{}, a, b);                                                                                                              \
  }

// The kernels of y = F(a, b) with results of type Y, and of the forms that fix one operand: NAME_scalar_dense and NAME_scalar_strided.
#define CK_BINARY_KERNELS(name, Y, F)                                                                                                \
  CK_PAIR_KERNELS_TO(name, Y, F)                                                                                                     \
  template <class T> __global__ void __launch_bounds__(kElementwiseBlock)                                                            \
      name##_scalar_dense(Y* y, const T* x, i64 n, compute_t<T> scalar, bool scalar_is_left) {                                       \
    map(y, n, Bound<F, compute_t<T>>{scalar, scalar_is_left}, x);                                                                    \
  }                                                                                                                                  \
  template <class T> __global__ void __launch_bounds__(kElementwiseBlock)                                                            \
      name##_scalar_strided(Y* y, const T* x, StridedLoop loop, compute_t<T> scalar, bool scalar_is_left) {                          \
    map_strided(y, loop, Bound<F, compute_t<T>>{scalar, scalar_is_left}, x);                                                         \
  }
