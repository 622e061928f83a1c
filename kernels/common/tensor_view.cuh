// A tensor with its lengths and strides, as a kernel takes it by value: the host passes DeviceTensor<T>.AsKernelView(), which fills
// the same struct (TensorViewBlock.cs). Slices, transposed and broadcast tensors are read and written in place, without a copy.
#pragma once
#include "common/numeric.cuh"

template <class T> struct TensorView {
  T* data;         // the first element
  i64 rank;        // 0 for a scalar
  i64 lengths[8];  // outermost dimension first; 1 beyond the rank
  i64 strides[8];  // distance of neighbours in elements; 0 where a dimension is broadcast, and beyond the rank

  // The number of elements.
  __device__ __forceinline__ i64 count() const {
    i64 n = 1;
    for (int d = 0; d < rank; ++d) n *= lengths[d];
    return n;
  }

  // The element at an index in row-major order. 32-bit division is several times quicker than 64-bit, and nearly always enough.
  __device__ __forceinline__ T& operator[](i64 index) const { return data[index <= 0x7fffffff ? offset((u32)index) : offset((u64)index)]; }

  // The element at one index per dimension, outermost first.
  template <class... Index> __device__ __forceinline__ T& operator()(Index... at) const {
    i64 offset = 0;
    int d = 0;
    ((offset += (i64)at * strides[d++]), ...);
    return data[offset];
  }

 private:
  template <class Index> __device__ __forceinline__ i64 offset(Index index) const {
    i64 at = 0;
    for (int d = (int)rank - 1; d >= 0; --d) {
      // A longer dimension than the index can be is never left by it.
      const Index rest = lengths[d] > (i64)index ? 0 : index / (Index)lengths[d];
      at += (i64)(index - rest * (Index)lengths[d]) * strides[d];
      index = rest;
    }
    return at;
  }
};
