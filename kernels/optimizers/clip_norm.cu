// Scales many tensors in place so that the norm of all their elements together is at most max_norm: gradient clipping (Pascanu and others 2013).
//   square_sums:  partial[b] = sum of x^2 over the b-th 16,384 elements of a tensor; the tensors' partial sums stand one after another
//   clip_factor:  norm = sqrt(sum of all partial), factor = 1 where norm <= max_norm, else max_norm / norm (NaN where norm is NaN)
//   scale_by:     x = x * factor, with the factor read on the device, so that no one waits for it; with factor 1 nothing is written
// The multi_tensor_ forms take all tensors of a table in one launch, a block a chunk of 4096 elements, which has a partial sum of its own.
// Squares are summed in double, so that no square of a float overflows; the order depends on the lengths alone. 4 bytes an element move for
// float where nothing is clipped, else 12.
#include "common/block_reduce.cuh"
#include "common/math.cuh"
#include "common/tensor_table.cuh"

constexpr int kElementsPerBlock = 16384;

// One element of partial: the block's sum of x^2.
template <class T> __device__ __forceinline__ void sum_squares(const T* x, double* partial, i64 n) {
  double sum = 0;
  for (i64 i = threadIdx.x; i < n; i += blockDim.x) {
    const double value = up(x[i]);
    sum += value * value;
  }
  sum = block_reduce(sum, Plus(), 0.0);
  if (threadIdx.x == 0) *partial = sum;
}

template <class T> __global__ void __launch_bounds__(256) square_sums(const T* x, double* partial, i64 n) {
  const i64 begin = blockIdx.x * (i64)kElementsPerBlock;
  const i64 rest = n - begin;
  sum_squares(x + begin, partial + blockIdx.x, rest < kElementsPerBlock ? rest : kElementsPerBlock);
}

template <class T> __global__ void __launch_bounds__(256) multi_tensor_square_sums(const TensorChunk<T>* table, double* partial) {
  sum_squares(table[blockIdx.x].data, partial + blockIdx.x, table[blockIdx.x].count);
}

// One block; C is double.
template <class C> __global__ void __launch_bounds__(256) clip_factor(const C* partial, i64 count, C max_norm, C* norm, C* factor) {
  C sum = 0;
  for (i64 i = threadIdx.x; i < count; i += blockDim.x) sum += partial[i];
  sum = block_reduce(sum, Plus(), C(0));
  if (threadIdx.x != 0) return;
  const C length = math::sqrt(sum);
  *norm = length;
  *factor = length <= max_norm ? C(1) : max_norm / length;
}

template <class T> __global__ void __launch_bounds__(256) scale_by(T* x, const double* factor, i64 n) {
  const i64 i = blockIdx.x * (i64)blockDim.x + threadIdx.x;
  const double scale = *factor;
  if (i >= n || scale == 1) return;
  x[i] = down<T>(up(x[i]) * (compute_t<T>)scale);
}

template <class T> __global__ void __launch_bounds__(256) multi_tensor_scale_by(const TensorChunk<T>* table, const double* factor) {
  const TensorChunk<T> chunk = table[blockIdx.x];
  const double scale = *factor;
  if (scale == 1) return;
  for (i64 i = threadIdx.x; i < chunk.count; i += blockDim.x) chunk.data[i] = down<T>(up(chunk.data[i]) * (compute_t<T>)scale);
}
