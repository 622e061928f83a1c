// The k first elements in falling (or rising) order along the middle dimension of a tensor [outer, length, inner], with
// their indices; equal ones in the order of their indices. NaN comes before every number, and -0 is below +0, as in
// argmax and argmin. The host asks for `length` at most.
//
// A block takes one column and finds the k elements one after another: each time the best of those that come after the
// last one. It reads the column k times, mostly from the cache, which suits the small k of beams and samplings; for k
// near the length a sort would read less.
#include "common/order.cuh"

constexpr int kTopBlock = 512;  // at most; a power of two, for the tree

template <class C>
struct Extreme {
  bool largest;
  __device__ C operator()(C a, C b) const { return largest ? math::maximum(a, b) : math::minimum(a, b); }
};

template <class T>
__global__ void __launch_bounds__(kTopBlock) top_k(T* values /* [outer, k, inner] */, i64* indices /* as values */,
                                                   const T* x, i64 length, i64 inner, i64 k, bool largest) {
  using C = compute_t<T>;
  __shared__ C part_value[kTopBlock];
  __shared__ i64 part_index[kTopBlock];
  const i64 outer = blockIdx.x / inner, i = blockIdx.x % inner;
  const Extreme<C> extreme{largest};
  Candidate<C> last{C(0), -1};
  for (i64 n = 0; n < k; ++n) {
    Candidate<C> best{C(0), -1};
    for (i64 at = threadIdx.x; at < length; at += blockDim.x) {
      const Candidate<C> here{up(x[(outer * length + at) * inner + i]), at};
      const bool taken = last.index >= 0 && better(last, here, extreme).index == at;
      if (!taken) best = better(best, here, extreme);
    }
    part_value[threadIdx.x] = best.value;
    part_index[threadIdx.x] = best.index;
    __syncthreads();
    for (int half = blockDim.x / 2; half > 0; half /= 2) {
      if (threadIdx.x < half) {
        best = better(best, {part_value[threadIdx.x + half], part_index[threadIdx.x + half]}, extreme);
        part_value[threadIdx.x] = best.value;
        part_index[threadIdx.x] = best.index;
      }
      __syncthreads();
    }
    last = {part_value[0], part_index[0]};
    __syncthreads();  // the next search overwrites the parts
    if (threadIdx.x == 0) {
      values[(outer * k + n) * inner + i] = down<T>(last.value);
      indices[(outer * k + n) * inner + i] = last.index;
    }
  }
}
