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
#include "common/dependent.cuh"
#include "common/elementwise.cuh"

constexpr int kReductionBlock = 256;
constexpr int kVectorsAtOnce = 4;  // loads of a thread that are under way together
constexpr i64 kShareUnit = 64;     // elements of a row that splits keep together, so that their shares begin at whole vectors if the row does

// Blocks that a multiprocessor should hold at once: six, which all splits are made for (Reduction.cs), where the accumulators leave the
// registers for it.
template <class R, class T> constexpr int kReductionBlocks = sizeof(T) > 1 && sizeof(typename R::Accumulator) <= 8 ? 6 : 2;

// Joins the accumulators of the blockDim.x threads, a power of two, that have threadIdx.y in common, in a fixed order; the first gets the
// result. All threads of the block must take part; blockDim.y is 1 where blockDim.x is more than a warp.
template <class R, class A> __device__ __forceinline__ A join_threads(A mine) {
  __shared__ A part[kReductionBlock];
  const int threads = blockDim.x, at = threadIdx.y * threads + threadIdx.x;
  if (threads == 1) return mine;
  part[at] = mine;
  if (threads > 32) {
    __syncthreads();
    if (at >= 32) return mine;
    for (int other = at + 32; other < threads; other += 32) mine = R::combine(mine, part[other]);
    part[at] = mine;
  }
#pragma unroll
  for (int half = 16; half > 0; half /= 2) {
    if (half >= threads) continue;
    __syncwarp();
    if (threadIdx.x < half) mine = R::combine(mine, part[at + half]);
    __syncwarp();
    part[at] = mine;
  }
  return mine;
}

// A thread's part of the elements [begin, end) of a row: every blockDim.x-th vector of 16 bytes, and of the elements before the first and
// behind the last whole one.
template <class R, class T> __device__ __forceinline__ typename R::Accumulator reduce_span(const T* row, i64 begin, i64 end) {
  constexpr int N = 16 / sizeof(T);
  const int thread = threadIdx.x, threads = blockDim.x;
  typename R::Accumulator mine = R::identity();
  const int before = (int)(0 - reinterpret_cast<u64>(row + begin) / sizeof(T)) & (N - 1);
  const i64 body = before < end - begin ? begin + before : end;
  for (i64 i = begin + thread; i < body; i += threads) mine = R::combine(mine, R::enter(up(row[i]), i));
  const i64 vectors = (end - body) / N;
  const auto* from = reinterpret_cast<const Pack<T, N>*>(row + body);
  for (i64 v = thread; v < vectors; v += kVectorsAtOnce * threads) {
    Pack<T, N> in[kVectorsAtOnce];
#pragma unroll
    for (int b = 0; b < kVectorsAtOnce; ++b) {
      if (v + b * threads < vectors) in[b] = from[v + b * threads];
    }
#pragma unroll
    for (int b = 0; b < kVectorsAtOnce; ++b) {
      if (v + b * threads >= vectors) break;
#pragma unroll
      for (int i = 0; i < N; ++i) mine = R::combine(mine, R::enter(up(in[b].v[i]), body + (v + b * threads) * N + i));
    }
  }
  for (i64 i = body + vectors * N + thread; i < end; i += threads) mine = R::combine(mine, R::enter(up(row[i]), i));
  return mine;
}

// inner = 1: block (output * splits + split) reduces its share of one row.
template <class R, class T>
__device__ __forceinline__ void reduce_rows(typename R::Result* y, typename R::Accumulator* partial, const T* x, i64 length, i64 splits) {
  let_finish_start();
  const i64 output = blockIdx.x / splits, split = blockIdx.x % splits;
  const i64 share = (length + splits * kShareUnit - 1) / (splits * kShareUnit) * kShareUnit;
  const i64 end = (split + 1) * share < length ? (split + 1) * share : length;
  const auto mine = join_threads<R>(reduce_span<R>(x + output * length, split * share, end));
  if (threadIdx.x != 0) return;
  if (splits == 1) y[output] = R::finish(mine, length);
  else partial[blockIdx.x] = mine;
}

// inner = 1 and rows too short for a block, or so many of them that a warp each fills the GPU: blockDim.x threads, at most a warp, reduce
// one row.
template <class R, class T> __device__ __forceinline__ void reduce_short(typename R::Result* y, const T* x, i64 outputs, i64 length) {
  const i64 output = blockIdx.x * (i64)blockDim.y + threadIdx.y;
  const auto mine = join_threads<R>(reduce_span<R>(x + output * length, 0, output < outputs ? length : 0));
  if (threadIdx.x == 0 && output < outputs) y[output] = R::finish(mine, length);
}

// inner > 1: a block of 8 rows of 32 threads reduces its share of 32 * N neighbouring columns; a thread takes N of them, and every eighth
// element of each. Where all rows are aligned to N elements its columns are neighbours, else 32 apart.
template <class T> constexpr int kColumnsPerThread = sizeof(T) == 1 ? 8 : 16 / sizeof(T);
constexpr int kRowsPerBlock = 8;

template <class R, class T>
__device__ __forceinline__ void reduce_columns(typename R::Result* y, typename R::Accumulator* partial, const T* x, i64 length, i64 inner, i64 splits) {
  let_finish_start();
  constexpr int N = kColumnsPerThread<T>, kTile = 32 * N;
  const i64 tiles = (inner + kTile - 1) / kTile;
  const i64 split = blockIdx.x % splits, tile = blockIdx.x / splits % tiles, outer = blockIdx.x / splits / tiles;
  const i64 share = (length + splits - 1) / splits;
  const i64 end = (split + 1) * share < length ? (split + 1) * share : length;
  const int lane = threadIdx.x % 32, row = threadIdx.x / 32;
  const bool is_wide = inner % N == 0 && is_aligned<N>(x);
  const int at = is_wide ? lane * N : lane, step = is_wide ? 1 : 32;
  const i64 column = tile * kTile + at;
  const T* from = x + outer * length * inner + column;
  typename R::Accumulator mine[N];
#pragma unroll
  for (int k = 0; k < N; ++k) mine[k] = R::identity();
  if (!is_wide) {
    for (i64 i = split * share + row; i < end; i += kRowsPerBlock) {
#pragma unroll
      for (int k = 0; k < N; ++k) {
        if (column + k * 32 < inner) mine[k] = R::combine(mine[k], R::enter(up(from[i * inner + k * 32]), i));
      }
    }
  } else if (column < inner) {
    for (i64 i = split * share + row; i < end; i += kVectorsAtOnce * kRowsPerBlock) {
      Pack<T, N> in[kVectorsAtOnce];
#pragma unroll
      for (int b = 0; b < kVectorsAtOnce; ++b) {
        if (i + b * kRowsPerBlock < end) in[b] = *reinterpret_cast<const Pack<T, N>*>(from + (i + b * kRowsPerBlock) * inner);
      }
#pragma unroll
      for (int b = 0; b < kVectorsAtOnce; ++b) {
        if (i + b * kRowsPerBlock >= end) break;
#pragma unroll
        for (int k = 0; k < N; ++k) mine[k] = R::combine(mine[k], R::enter(up(in[b].v[k]), i + b * kRowsPerBlock));
      }
    }
  }
  __shared__ typename R::Accumulator part[kRowsPerBlock][kTile];
#pragma unroll
  for (int k = 0; k < N; ++k) part[row][at + k * step] = mine[k];
  __syncthreads();
  for (int c = threadIdx.x; c < kTile && tile * kTile + c < inner; c += kReductionBlock) {
    auto all = part[0][c];
    for (int r = 1; r < kRowsPerBlock; ++r) all = R::combine(all, part[r][c]);
    const i64 output = outer * inner + tile * kTile + c;
    if (splits == 1) y[output] = R::finish(all, length);
    else partial[output * splits + split] = all;
  }
}

// Joins the splits of each output: blockDim.x threads one output.
template <class R>
__device__ __forceinline__ void reduce_finish(typename R::Result* y, const typename R::Accumulator* partial, i64 outputs, i64 splits, i64 length) {
  wait_for_splits();
  const i64 output = blockIdx.x * (i64)blockDim.y + threadIdx.y;
  typename R::Accumulator mine = R::identity();
  if (output < outputs) {
    for (i64 s = threadIdx.x; s < splits; s += blockDim.x) mine = R::combine(mine, partial[output * splits + s]);
  }
  mine = join_threads<R>(mine);
  if (threadIdx.x == 0 && output < outputs) y[output] = R::finish(mine, length);
}

// The four kernels of a reduction: NAME_rows, NAME_short, NAME_columns and NAME_finish over element type T.
#define CK_REDUCTION_KERNELS(name, R)                                                                                                              \
  template <class T> __global__ void __launch_bounds__(kReductionBlock, kReductionBlocks<R<T>, T>)                                                \
      name##_rows(typename R<T>::Result* y, typename R<T>::Accumulator* partial, const T* x, i64 length, i64 splits) {                            \
    reduce_rows<R<T>>(y, partial, x, length, splits);                                                                                              \
  }                                                                                                                                                \
  template <class T> __global__ void __launch_bounds__(kReductionBlock) name##_short(typename R<T>::Result* y, const T* x, i64 outputs, i64 length) { \
    reduce_short<R<T>>(y, x, outputs, length);                                                                                                    \
  }                                                                                                                                               \
  template <class T> __global__ void __launch_bounds__(kReductionBlock, kReductionBlocks<R<T>, T>)                                                \
      name##_columns(typename R<T>::Result* y, typename R<T>::Accumulator* partial, const T* x, i64 length, i64 inner, i64 splits) {              \
    reduce_columns<R<T>>(y, partial, x, length, inner, splits);                                                                                    \
  }                                                                                                                                                \
  template <class T> __global__ void __launch_bounds__(kReductionBlock)                                                                           \
      name##_finish(typename R<T>::Result* y, const typename R<T>::Accumulator* partial, i64 outputs, i64 splits, i64 length) {                   \
    reduce_finish<R<T>>(y, partial, outputs, splits, length);                                                                                      \
  }
