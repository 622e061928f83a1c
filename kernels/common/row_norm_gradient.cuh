// The gradients of layer norm (Centred) and RMS norm. One kernel takes a row of x and dy once and leaves the row's mean and scale for column
// sums that read x and dy once more (common/channels.cuh). Another, where a thread can hold its columns for all rows, makes the column sums
// beside: it reads x and dy once in all, and leaves a part of the sums for each block, which a last kernel joins in order.
#pragma once
#include "common/channels.cuh"
#include "common/dependent.cuh"
#include "common/ptx/cache.cuh"

template <bool Centred, class T, class Share, class Meanwhile>
__device__ __forceinline__ Statistic<compute_t<T>> norm_of_row(HeldRow<T, Share>& row, Share& share, const T* x, compute_t<T> epsilon, Meanwhile meanwhile) {
  if constexpr (Centred) return statistic_of_row(row, share, x, epsilon, meanwhile);
  else return root_mean_square_of_row(row, share, x, epsilon, meanwhile);
}

template <bool Centred, class T> struct NormGradientRow {
  T* dx;
  Statistic<compute_t<T>>* statistic;  // null where it is not wanted
  const T *x, *dy, *gamma;
  bool has_gamma;
  compute_t<T> epsilon;

  template <class Share> __device__ __forceinline__ void operator()(Share share) const {
    using C = compute_t<T>;
    HeldRow<T, Share> row, gradient;
    RowParameter<T, Share> factors(gamma, has_gamma);
    if (share.is_whole()) gradient.hold(share, dy);  // under way before the statistic waits for x
    const Statistic<C> of = norm_of_row<Centred>(row, share, x, epsilon, [&]() { factors.hold(share); });
    const auto prepare = [&](int v) { factors.hold(share, v); };
    row_gradient<Centred>(dx, row, gradient, share, x, dy, of, prepare, [&](int v, int i) { return factors.is_there ? factors.at(v, i) : C(1); }, [](int, int, C, C) {});
    if (statistic != nullptr && share.columns > 0 && threadIdx.x == 0) *statistic = of;
  }
};

template <bool Centred, class T>
__device__ __forceinline__ void norm_gradient(T* dx, Statistic<compute_t<T>>* statistics, bool has_statistics, const T* x, const T* dy, i64 rows, i64 columns,
                                              const T* gamma, bool has_gamma, compute_t<T> epsilon) {
  const i64 row = row_of_thread(), start = row * columns, count = row < rows ? columns : 0;
  Statistic<compute_t<T>>* statistic = has_statistics ? statistics + row : nullptr;
  with_share<T>(is_wide(columns, dx, x, dy, gamma), columns, count, NormGradientRow<Centred, T>{dx + start, statistic, x + start, dy + start, gamma, has_gamma, epsilon});
}

// The whole gradient, of rows that are one piece of whole vectors: block b takes the rows b, b + gridDim.x, ... and leaves partial[b][column].
constexpr int kColumnSumThreads = 256;  // at most, so that the sums have registers
template <class T> constexpr int kColumnSumBlocks = sizeof(T) == 2 ? 1 : 2;  // of 16-bit floats a thread has twice as many

template <bool Centred, class T>
__device__ __forceinline__ void norm_gradient_with_sums(T* dx, ParameterSums<compute_t<T>>* partial, const T* x, const T* dy, i64 rows, i64 columns, const T* gamma,
                                                        bool has_gamma, compute_t<T> epsilon) {
  using C = compute_t<T>;
  using Share = RowShare<T, true, true>;
  let_finish_start();
  Share share(columns);
  RowParameter<T, Share> factors(gamma, has_gamma);
  factors.hold(share);
  ParameterSums<C> sums[Share::kVectors][Share::kWidth] = {};
  for (i64 r = blockIdx.x; r < rows; r += gridDim.x) {
    const T *of_x = x + r * columns, *of_dy = dy + r * columns;
    HeldRow<T, Share> row, gradient;
    row.hold(share, of_x);
    gradient.hold(share, of_dy);
    if (r + gridDim.x < rows) {  // the next row is on its way while the threads of this one wait for each other
#pragma unroll
      for (int v = 0; v < Share::kVectors; ++v) {
        if (!share.has(v)) continue;
        ptx::prefetch_l2(share.place(of_x + gridDim.x * columns, v));
        ptx::prefetch_l2(share.place(of_dy + gridDim.x * columns, v));
      }
    }
    const Statistic<C> of = norm_of_row<Centred>(row, share, of_x, epsilon, []() {});
    row_gradient<Centred>(
        dx + r * columns, row, gradient, share, of_x, of_dy, of, [](int) {}, [&](int v, int i) { return factors.is_there ? factors.at(v, i) : C(1); },
        [&](int v, int i, C g, C normal) { sums[v][i] = sums[v][i] + ParameterSums<C>{g, g * normal}; });
  }
  share.each([&](int v, int i) { partial[blockIdx.x * columns + share.column(v) + i] = sums[v][i]; });
}

// Joins the parts of 32 columns: a warp has every 32nd part of each, then a column of the warps' sums.
constexpr int kJoinSide = 32;

template <class T>
__device__ __forceinline__ void join_column_sums(T* dgamma, bool has_dgamma, T* dbeta, bool has_dbeta, const ParameterSums<compute_t<T>>* partial, i64 columns,
                                                 i64 parts) {
  using C = compute_t<T>;
  __shared__ ParameterSums<C> of_warps[kJoinSide][kJoinSide + 1];
  wait_for_splits();
  const i64 first = blockIdx.x * (i64)kJoinSide, read = first + threadIdx.x, write = first + threadIdx.y;
  ParameterSums<C> mine{C(0), C(0)};
  if (read < columns) {
#pragma unroll 8
    for (i64 part = threadIdx.y; part < parts; part += kJoinSide) mine = mine + partial[part * columns + read];
  }
  of_warps[threadIdx.y][threadIdx.x] = mine;
  __syncthreads();
  mine = of_warps[threadIdx.x][threadIdx.y];
  mine = {warp_reduce(mine.beta, Plus{}), warp_reduce(mine.gamma, Plus{})};
  if (threadIdx.x != 0 || write >= columns) return;
  if (has_dgamma) dgamma[write] = down<T>(mine.gamma);
  if (has_dbeta) dbeta[write] = down<T>(mine.beta);
}

// The kernels of a norm: NAME, with NAME_sums and NAME_finish for the gradients to gamma and beta (common/channels.cuh), or NAME_with_sums
// and NAME_join.
#define CK_ROW_NORM_GRADIENT_KERNELS(name, Centred)                                                                                              \
  template <class T>                                                                                                                             \
  __global__ void __launch_bounds__(kRowThreads, 1)                                                                                              \
      name(T* dx, Statistic<compute_t<T>>* statistics /* [rows] */, bool has_statistics, const T* x, const T* dy, i64 rows, i64 columns,         \
           const T* gamma /* [columns] */, bool has_gamma, compute_t<T> epsilon) {                                                               \
    norm_gradient<Centred>(dx, statistics, has_statistics, x, dy, rows, columns, gamma, has_gamma, epsilon);                                     \
  }                                                                                                                                              \
  template <class T>                                                                                                                             \
  __global__ void __launch_bounds__(kColumnSumThreads, kColumnSumBlocks<T>)                                                                      \
      name##_with_sums(T* dx, ParameterSums<compute_t<T>>* partial /* [blocks, columns] */, const T* x, const T* dy, i64 rows, i64 columns,      \
                       const T* gamma /* [columns] */, bool has_gamma, compute_t<T> epsilon) {                                                   \
    norm_gradient_with_sums<Centred>(dx, partial, x, dy, rows, columns, gamma, has_gamma, epsilon);                                              \
  }                                                                                                                                              \
  template <class T>                                                                                                                             \
  __global__ void __launch_bounds__(kJoinSide* kJoinSide)                                                                                        \
      name##_join(T* dgamma, bool has_dgamma, T* dbeta, bool has_dbeta, const ParameterSums<compute_t<T>>* partial, i64 columns, i64 parts) {    \
    join_column_sums(dgamma, has_dgamma, dbeta, has_dbeta, partial, columns, parts);                                                             \
  }                                                                                                                                              \
  CK_PARAMETER_GRADIENT_KERNELS(name)
