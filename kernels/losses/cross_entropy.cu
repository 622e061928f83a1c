// The cross entropy of softmax(logits) with class labels, and its gradient; one block per row, rows of any length.
//   loss[r]        = log(sum_c exp(x[r][c])) - x[r][label[r]]
//   gradient[r][c] = (softmax(x[r])[c] - (c == label[r])) * scale
// A negative label leaves its row out (loss and gradient 0); one beyond the classes gives NaN. Everything is computed relative to
// the row's maximum, so that no exponential overflows. The loss reads the row once, keeping a running maximum and a sum that is
// rescaled whenever the maximum grows; the gradient reads it twice, the second time from the cache.
#include "common/block_reduce.cuh"
#include "common/compute.cuh"
#include "common/math.cuh"

// A maximum and the sum of exp(x - maximum) over some elements.
template <class C> struct Softsum {
  C maximum, sum;
};

template <class C> __device__ __forceinline__ Softsum<C> merge(Softsum<C> a, Softsum<C> b) {
  const C maximum = math::maximum(a.maximum, b.maximum);
  // -inf - -inf would be NaN: an empty part has no weight.
  const C left = a.sum == C(0) ? C(0) : a.sum * math::exp(a.maximum - maximum);
  const C right = b.sum == C(0) ? C(0) : b.sum * math::exp(b.maximum - maximum);
  return {maximum, left + right};
}

template <class C> __device__ __forceinline__ Softsum<C> block_merge(Softsum<C> value) {
  const C maximum = block_reduce(value.maximum, [](C a, C b) { return math::maximum(a, b); }, -infinity<C>());
  const C sum = value.sum == C(0) ? C(0) : value.sum * math::exp(value.maximum - maximum);
  return {maximum, block_reduce(sum, Plus{}, C(0))};
}

template <class T> __device__ __forceinline__ Softsum<compute_t<T>> softsum_of_row(const T* x, i64 classes) {
  using C = compute_t<T>;
  Softsum<C> mine{-infinity<C>(), C(0)};
  for (i64 c = threadIdx.x; c < classes; c += blockDim.x) mine = merge(mine, Softsum<C>{up(x[c]), C(1)});
  return block_merge(mine);
}

template <class T, class Label>
__global__ void __launch_bounds__(1024) cross_entropy(T* loss /* [rows] */, const T* x /* [rows, classes] */, const Label* labels /* [rows] */, i64 classes) {
  using C = compute_t<T>;
  const i64 row = blockIdx.x;
  const T* logits = x + row * classes;
  const i64 label = labels[row];
  const Softsum<C> total = softsum_of_row(logits, classes);
  if (threadIdx.x != 0) return;
  if (label < 0) loss[row] = down<T>(C(0));
  else if (label >= classes) loss[row] = down<T>(not_a_number<C>());
  else loss[row] = down<T>(math::log(total.sum) - (up(logits[label]) - total.maximum));
}

template <class T, class Label>
__global__ void __launch_bounds__(1024) cross_entropy_gradient(T* gradient /* [rows, classes] */, const T* x, const Label* labels, i64 classes, compute_t<T> scale) {
  using C = compute_t<T>;
  const i64 row = blockIdx.x;
  const T* logits = x + row * classes;
  const i64 label = labels[row];
  const Softsum<C> total = softsum_of_row(logits, classes);
  for (i64 c = threadIdx.x; c < classes; c += blockDim.x) {
    const C probability = math::exp(up(logits[c]) - total.maximum) / total.sum;
    C value = (probability - (c == label ? C(1) : C(0))) * scale;
    if (label < 0) value = C(0);
    if (label >= classes) value = not_a_number<C>();
    gradient[row * classes + c] = down<T>(value);
  }
}
