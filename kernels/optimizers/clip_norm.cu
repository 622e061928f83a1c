// Scales many tensors in place so that the norm of all their elements together is at most max_norm: gradient clipping (Pascanu and others 2013).
//   square_sums:  partial[b] = sum of x^2 over the b-th 16,384 elements of a tensor; the tensors' partial sums stand one after another
//   clip_factor:  norm = sqrt(sum of all partial), factor = 1 where norm <= max_norm, else max_norm / norm (NaN where norm is NaN)
//   scale_by:     x = x * factor, with the factor read on the device, so that no one waits for it; with factor 1 nothing is written
// The multi_tensor_ forms take all tensors of a table in one launch, a block a chunk of 4096 elements, which has a partial sum of its own.
// Squares are summed in double, so that no square of a float overflows; the order depends on the lengths alone. 4 bytes an element move for
// float where nothing is clipped, else 12; a thread has 64 bytes of float, 32 of 16-bit floats in flight.
#include "common/block_reduce.cuh"
#include "common/math.cuh"
#include "common/tensor_table.cuh"

constexpr int kElementsPerBlock = 16384;
constexpr int kScaledPerBlock = 4096;

// One element of partial: the block's sum of x^2.
template <class T> __device__ __forceinline__ void sum_squares(const T* x, double* partial, i64 n) {
  double sum = 0;
  ChunkWalk<T>{const_cast<T*>(x), n}.each([&](compute_t<T> x) {
    const double value = x;
    sum += value * value;
  });
  sum = block_reduce(sum, Plus(), 0.0);
  if (threadIdx.x == 0) *partial = sum;
}

template <class T> __global__ void __launch_bounds__(kChunkBlock) square_sums(const T* x, double* partial, i64 n) {
  const i64 begin = blockIdx.x * (i64)kElementsPerBlock;
  const i64 rest = n - begin;
  sum_squares(x + begin, partial + blockIdx.x, rest < kElementsPerBlock ? rest : kElementsPerBlock);
}

template <class T> __global__ void __launch_bounds__(kChunkBlock) multi_tensor_square_sums(const TensorChunk<T>* table, double* partial) {
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

template <class T> __device__ __forceinline__ void scale_elements(T* x, double factor, i64 n) {
  if (factor == 1) return;
  const compute_t<T> scale = (compute_t<T>)factor;
  ChunkWalk<T>{x, n}.map([&](compute_t<T> x) { return x * scale; });
}

template <class T> __global__ void __launch_bounds__(kChunkBlock) scale_by(T* x, const double* factor, i64 n) {
  const i64 begin = blockIdx.x * (i64)kScaledPerBlock;
  const i64 rest = n - begin;
  scale_elements(x + begin, *factor, rest < kScaledPerBlock ? rest : kScaledPerBlock);
}

template <class T> __global__ void __launch_bounds__(kChunkBlock) multi_tensor_scale_by(const TensorChunk<T>* table, const double* factor) {
  scale_elements(table[blockIdx.x].data, *factor, table[blockIdx.x].count);
}
