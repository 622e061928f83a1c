// Many tensors in one launch. The host cuts every tensor into chunks of at most 4096 elements and keeps one entry a chunk in device
// memory (TensorTable.cs, OptimizerTable.cs); block b works on entry b alone, so no block looks for its place, and lengths that differ
// cost nothing.
#pragma once
#include "common/held_vector.cuh"

// A chunk of one of many tensors.
template <class T> struct TensorChunk {
  T* data;
  i64 count;
};

constexpr int kChunkBlock = 256;  // threads

// A run of elements as the threads of one block take them: each has vectors of 16 bytes, as many at once as make up a full chunk, or half
// of one of doubles. Which elements a thread takes and in what order depends on the count alone: a run that is not aligned, and its end,
// go the same way one by one.
template <class T> struct ChunkWalk {
  static constexpr int kWidth = 16 / sizeof(T);
  static constexpr int kVectors = sizeof(T) == 2 ? 2 : 4;
  using Vector = HeldVector<T, kWidth>;
  T* data;
  i64 count;

  // f(turn, whole): the first element of the thread's vectors, and whether all of them may move as such.
  template <class F> __device__ __forceinline__ void turns(F f) const {
    const bool aligned = is_aligned<kWidth>(data);
    constexpr int kTurn = kChunkBlock * kWidth * kVectors;
    for (i64 turn = threadIdx.x * kWidth; turn < count; turn += kTurn) f(turn, aligned && place(turn, kVectors - 1) + kWidth <= count);
  }
  __device__ __forceinline__ static i64 place(i64 turn, int v) { return turn + v * (kChunkBlock * kWidth); }

  __device__ __forceinline__ void load(Vector (&held)[kVectors], i64 turn) const {
#pragma unroll
    for (int v = 0; v < kVectors; ++v) held[v] = *reinterpret_cast<const Vector*>(data + place(turn, v));
  }

  // f(i) for the elements of a turn that are there.
  template <class F> __device__ __forceinline__ void one_by_one(i64 turn, F f) const {
    for (int v = 0; v < kVectors; ++v) {
      for (i64 i = place(turn, v); i < place(turn, v) + kWidth && i < count; ++i) f(i);
    }
  }

  // see(x) for each element.
  template <class See> __device__ __forceinline__ void each(See see) const {
    turns([&](i64 turn, bool whole) {
      if (!whole) {
        one_by_one(turn, [&](i64 i) { see(up(data[i])); });
        return;
      }
      Vector held[kVectors];
      load(held, turn);
#pragma unroll
      for (int v = 0; v < kVectors; ++v) {
#pragma unroll
        for (int i = 0; i < kWidth; ++i) see(held[v].at(i));
      }
    });
  }

  // x = f(x), rounded, for each element.
  template <class F> __device__ __forceinline__ void map(F f) const {
    turns([&](i64 turn, bool whole) {
      if (!whole) {
        one_by_one(turn, [&](i64 i) { data[i] = down<T>(f(up(data[i]))); });
        return;
      }
      Vector held[kVectors];
      load(held, turn);
#pragma unroll
      for (int v = 0; v < kVectors; ++v) {
        compute_t<T> values[kWidth];
#pragma unroll
        for (int i = 0; i < kWidth; ++i) values[i] = f(held[v].at(i));
        held[v].set(values);
        *reinterpret_cast<Vector*>(data + place(turn, v)) = held[v];
      }
    });
  }
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
