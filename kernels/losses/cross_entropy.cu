// The cross entropy of softmax(logits) with class labels, and its gradient; one block per row, rows of any length.
//   loss[r]        = log(sum_c exp(x[r][c])) - sum_c target[r][c] * x[r][c]
//   gradient[r][c] = (softmax(x[r])[c] - target[r][c]) * scale
//   target[r][c]   = (c == label[r]) * (1 - smoothing) + smoothing / classes
// A negative label leaves its row out (loss and gradient 0); one beyond the classes gives NaN. Everything is computed
// relative to the row's maximum, so that no exponential overflows. The loss reads the row once, keeping a running
// maximum and a sum that is rescaled whenever the maximum grows (and once more, from the cache, where there is
// smoothing); the gradient reads it twice.
#include "common/softsum.cuh"

template <class T, class Label>
__global__ void __launch_bounds__(1024)
    cross_entropy(T* loss /* [rows] */, const T* x /* [rows, classes] */, const Label* labels /* [rows] */, i64 classes,
                  compute_t<T> smoothing) {
  using C = compute_t<T>;
  const i64 row = blockIdx.x;
  const T* logits = x + row * classes;
  const i64 label = labels[row];
  const Softsum<C> total = softsum_of_row(logits, classes);
  C below = C(0);  // the sum of maximum - x[r][c] over the classes: only smoothing asks for it, for a logit of -inf
                   // makes it infinite
  if (smoothing != C(0)) {
    for (i64 c = threadIdx.x; c < classes; c += blockDim.x) below += total.maximum - up(logits[c]);
    below = block_reduce(below, Plus{}, C(0)) * (smoothing / (C)classes);
  }
  if (threadIdx.x != 0) return;
  if (label < 0)
    loss[row] = down<T>(C(0));
  else if (label >= classes)
    loss[row] = down<T>(not_a_number<C>());
  else
    loss[row] = down<T>(math::log(total.sum) - (C(1) - smoothing) * (up(logits[label]) - total.maximum) + below);
}

template <class T, class Label>
__global__ void __launch_bounds__(1024)
    cross_entropy_gradient(T* gradient /* [rows, classes] */, const T* x, const Label* labels, i64 classes,
                           compute_t<T> smoothing, compute_t<T> scale) {
  using C = compute_t<T>;
  const i64 row = blockIdx.x;
  const T* logits = x + row * classes;
  const i64 label = labels[row];
  const Softsum<C> total = softsum_of_row(logits, classes);
  const C others = smoothing / (C)classes;
  for (i64 c = threadIdx.x; c < classes; c += blockDim.x) {
    const C probability = math::exp(up(logits[c]) - total.maximum) / total.sum;
    C value = (probability - (c == label ? C(1) - smoothing + others : others)) * scale;
    if (label < 0) value = C(0);
    if (label >= classes) value = not_a_number<C>();
    gradient[row * classes + c] = down<T>(value);
  }
}
