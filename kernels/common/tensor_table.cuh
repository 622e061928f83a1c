// Many tensors in one launch. The host cuts every tensor into chunks of at most 4096 elements and keeps one entry a chunk in device
// memory (TensorTable.cs, OptimizerTable.cs); block b works on entry b alone, so no block looks for its place, and lengths that differ
// cost nothing.
#pragma once
#include "common/compute.cuh"

// A chunk of one of many tensors.
template <class T> struct TensorChunk {
  T* data;
  i64 count;
};

// A chunk of a parameter with all that an optimizer's step reads and writes; null where there is no such tensor.
template <class T> struct ParameterChunk {
  T* parameter;
  const T* gradient;
  compute_t<T>* master;  // the parameter before it was rounded to T
  compute_t<T>* first;   // the optimizer's state
  compute_t<T>* second;
  i64 count;

  // The weight to step from: the master copy, unless someone has changed the parameter since it was rounded from it.
  __device__ __forceinline__ static compute_t<T> weight(compute_t<T> rounded, compute_t<T> kept) { return up(down<T>(kept)) == rounded ? kept : rounded; }

  __device__ __forceinline__ compute_t<T> weight(i64 i) const {
    const compute_t<T> rounded = up(parameter[i]);
    return master == nullptr ? rounded : weight(rounded, master[i]);
  }

  __device__ __forceinline__ void set_weight(i64 i, compute_t<T> weight) const {
    if (master != nullptr) master[i] = weight;
    parameter[i] = down<T>(weight);
  }
};
