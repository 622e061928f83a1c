// Reductions of a tensor [outer, length, inner] along its middle dimension, in a fixed order. A reduction R over elements T has
//   Accumulator                       what a part of the elements is reduced to
//   Result                            the element type of the output
//   identity()                        the accumulator of no elements
//   enter(x, index)                   the accumulator of one element at an index along the reduced dimension
//   combine(a, b)                     the accumulator of two parts, a before b
//   finish(a, length)                 the result
// Long reductions are split over several blocks, which write accumulators to `partial` [outputs, splits]; a second kernel joins them.
// No atomics: the same input always gives the same bits.
#pragma once
#include "common/compute.cuh"

constexpr int kColumnsPerBlock = 32;
constexpr int kRowsPerBlock = 8;
constexpr int kReductionBlock = kColumnsPerBlock * kRowsPerBlock;

// Joins the threads' accumulators in thread order by a tree in shared memory; thread 0 gets the result.
template <class R, int Threads, class A> __device__ __forceinline__ A reduce_block(A mine) {
  __shared__ A part[Threads];
  part[threadIdx.x] = mine;
  __syncthreads();
#pragma unroll
  for (int half = Threads / 2; half > 0; half /= 2) {
    if (threadIdx.x < half) part[threadIdx.x] = R::combine(part[threadIdx.x], part[threadIdx.x + half]);
    __syncthreads();
  }
  return part[0];
}

// inner = 1: block (output * splits + split) reduces its share of one row; neighbouring threads read neighbouring elements.
template <class R, class T>
__device__ __forceinline__ void reduce_rows(typename R::Result* y, typename R::Accumulator* partial, const T* x, i64 length, i64 splits) {
  const i64 output = blockIdx.x / splits, split = blockIdx.x % splits;
  const i64 share = (length + splits - 1) / splits;
  const i64 end = (split + 1) * share < length ? (split + 1) * share : length;
  typename R::Accumulator mine = R::identity();
  for (i64 i = split * share + threadIdx.x; i < end; i += kReductionBlock) mine = R::combine(mine, R::enter(up(x[output * length + i]), i));
  mine = reduce_block<R, kReductionBlock>(mine);
  if (threadIdx.x != 0) return;
  if (splits == 1) y[output] = R::finish(mine, length);
  else partial[blockIdx.x] = mine;
}

// inner = 1 and rows too short to share: one thread reduces one row.
template <class R, class T> __device__ __forceinline__ void reduce_short(typename R::Result* y, const T* x, i64 outputs, i64 length) {
  const i64 output = blockIdx.x * (i64)blockDim.x + threadIdx.x;
  if (output >= outputs) return;
  typename R::Accumulator all = R::identity();
  for (i64 i = 0; i < length; ++i) all = R::combine(all, R::enter(up(x[output * length + i]), i));
  y[output] = R::finish(all, length);
}

// inner > 1: a block of 8 x 32 threads reduces its share of 32 neighbouring columns; each row of threads takes every eighth element.
template <class R, class T>
__device__ __forceinline__ void reduce_columns(typename R::Result* y, typename R::Accumulator* partial, const T* x, i64 length, i64 inner, i64 splits) {
  const i64 tiles = (inner + kColumnsPerBlock - 1) / kColumnsPerBlock;
  const i64 split = blockIdx.x % splits, tile = blockIdx.x / splits % tiles, outer = blockIdx.x / splits / tiles;
  const i64 share = (length + splits - 1) / splits;
  const i64 end = (split + 1) * share < length ? (split + 1) * share : length;
  const int lane = threadIdx.x % kColumnsPerBlock, row = threadIdx.x / kColumnsPerBlock;
  const i64 column = tile * kColumnsPerBlock + lane;
  typename R::Accumulator mine = R::identity();
  if (column < inner) {
    for (i64 i = split * share + row; i < end; i += kRowsPerBlock) mine = R::combine(mine, R::enter(up(x[(outer * length + i) * inner + column]), i));
  }
  __shared__ typename R::Accumulator part[kReductionBlock];
  part[threadIdx.x] = mine;
  __syncthreads();
  if (row != 0 || column >= inner) return;
  for (int r = 1; r < kRowsPerBlock; ++r) mine = R::combine(mine, part[r * kColumnsPerBlock + lane]);
  const i64 output = outer * inner + column;
  if (splits == 1) y[output] = R::finish(mine, length);
  else partial[output * splits + split] = mine;
}

// Joins the splits of each output in order.
template <class R>
__device__ __forceinline__ void reduce_finish(typename R::Result* y, const typename R::Accumulator* partial, i64 outputs, i64 splits, i64 length) {
  const i64 output = blockIdx.x * (i64)blockDim.x + threadIdx.x;
  if (output >= outputs) return;
  typename R::Accumulator all = R::identity();
  for (i64 s = 0; s < splits; ++s) all = R::combine(all, partial[output * splits + s]);
  y[output] = R::finish(all, length);
}

// The four kernels of a reduction: NAME_rows, NAME_short, NAME_columns and NAME_finish over element type T.
#define CK_REDUCTION_KERNELS(name, R)                                                                                                              \
  template <class T> __global__ void __launch_bounds__(kReductionBlock)                                                                           \
      name##_rows(typename R<T>::Result* y, typename R<T>::Accumulator* partial, const T* x, i64 length, i64 splits) {                            \
    reduce_rows<R<T>>(y, partial, x, length, splits);                                                                                              \
  }                                                                                                                                                \
  template <class T> __global__ void __launch_bounds__(kReductionBlock) name##_short(typename R<T>::Result* y, const T* x, i64 outputs, i64 length) { \
    reduce_short<R<T>>(y, x, outputs, length);                                                                                                    \
  }                                                                                                                                               \
  template <class T> __global__ void __launch_bounds__(kReductionBlock)                                                                           \
      name##_columns(typename R<T>::Result* y, typename R<T>::Accumulator* partial, const T* x, i64 length, i64 inner, i64 splits) {              \
    reduce_columns<R<T>>(y, partial, x, length, inner, splits);                                                                                    \
  }                                                                                                                                                \
  template <class T> __global__ void __launch_bounds__(kReductionBlock)                                                                           \
      name##_finish(typename R<T>::Result* y, const typename R<T>::Accumulator* partial, i64 outputs, i64 splits, i64 length) {                   \
    reduce_finish<R<T>>(y, partial, outputs, splits, length);                                                                                      \
  }
