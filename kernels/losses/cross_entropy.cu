// The cross entropy of softmax(logits) with class labels, and its gradient; rows of any length (common/held_row.cuh).
//   loss[r]        = log(sum_c exp(x[r][c])) - sum_c target[r][c] * x[r][c]
//   gradient[r][c] = (softmax(x[r])[c] - target[r][c]) * scale
//   target[r][c]   = (c == label[r]) * (1 - smoothing) + smoothing / classes
// A negative label leaves its row out (loss and gradient 0); one beyond the classes gives NaN. Everything is computed
// relative to the row's maximum, so that no exponential overflows. Both read a row once; one that its threads cannot hold
// is read a second time, from the cache, by the gradient and, where there is smoothing, by the loss.
//
// The gradient of a mean over the rows that count divides by their number, which stays on the device: count_labels makes it, in one
// block with four loads of a thread in flight.
#include "common/softsum.cuh"

constexpr int kCountBlock = 1024;

template <class T> struct CrossEntropyRow {
  T* loss;
  const T* logits;
  i64 label;
  compute_t<T> smoothing;

  template <class Share> __device__ __forceinline__ void operator()(Share share) const {
    using C = compute_t<T>;
    const bool is_class = label >= 0 && label < share.columns;
    const C of_label = is_class ? up(logits[label]) : C(0);  // under way before the row is
    HeldRow<T, Share> row;
    const Softsum<C> total = softsum_of_row(row, share, logits);
    C below = C(0);  // the sum of maximum - x[r][c] over the classes: only smoothing asks for it, for a logit of -inf
                     // makes it infinite
    if (smoothing != C(0)) {
      share.pieces([&]() {
        row.hold(share, logits);
        share.each([&](int v, int i) { below += total.maximum - row.at(v, i); });
      });
      below = row_reduce<1>(below, Plus{}) * (smoothing / (C)share.columns);
    }
    if (threadIdx.x != 0 || share.columns == 0) return;
    if (label < 0)
      *loss = down<T>(C(0));
    else if (!is_class)
      *loss = down<T>(not_a_number<C>());
    else
      *loss = down<T>(math::log(total.sum) - (C(1) - smoothing) * (of_label - total.maximum) + below);
  }
};

template <class T, class Label>
__global__ void __launch_bounds__(kRowThreads, kRowBlocks<T>)
    cross_entropy(T* loss /* [rows] */, const T* x /* [rows, classes] */, const Label* labels /* [rows] */, i64 rows, i64 classes,
                  compute_t<T> smoothing) {
  const i64 row = row_of_thread(), count = row < rows ? classes : 0;
  const i64 label = row < rows ? (i64)labels[row] : -1;
  with_share<T>(is_wide(classes, x), classes, count, CrossEntropyRow<T>{loss + row, x + row * classes, label, smoothing});
}

template <class T> struct CrossEntropyGradientRow {
  T* gradient;
  const T* logits;
  i64 label;
  compute_t<T> smoothing, scale;

  template <class Share> __device__ __forceinline__ void operator()(Share share) const {
    using C = compute_t<T>;
    HeldRow<T, Share> row;
    const C others = smoothing / (C)share.columns * scale, own = (C(1) - smoothing) * scale + others;
    const bool is_class = label >= 0 && label < share.columns;
    const C instead = label < 0 ? C(0) : not_a_number<C>();
    int own_at = -1;  // of the label in a vector
    const auto find = [&](int v) {
      const i64 from_vector = label - share.column(v);
      own_at = from_vector >= 0 && from_vector < share.kWidth ? (int)from_vector : -1;
    };
    const auto gradient_of = [&](int i, C weight) { return is_class ? weight - (i == own_at ? own : others) : instead; };
    if constexpr (kHoldsExponentials<T, Share>) {
      C factor;
      const Softsum<C> total = hold_exponentials(row, share, logits, factor);
      factor *= scale / total.sum;
      row.map(share, find, [&](int v, int i) { return gradient_of(i, row.at(v, i) * factor); });
      row.store(share, gradient);
      return;
    }
    const Softsum<C> total = softsum_of_row(row, share, logits);
    const C factor = scale / total.sum;
    share.pieces([&]() {
      row.hold(share, logits);
      row.map(share, find, [&](int v, int i) { return gradient_of(i, exp_for<T>(row.at(v, i) - total.maximum) * factor); });
      row.store(share, gradient);
    });
  }
};

template <class T, class Label>
__global__ void __launch_bounds__(kRowThreads, kRowBlocks<T>)
    cross_entropy_gradient(T* gradient /* [rows, classes] */, const T* x, const Label* labels, i64 rows, i64 classes,
                           compute_t<T> smoothing, compute_t<T> scale, const i64* counted /* divides the scale; or null */) {
  using C = compute_t<T>;
  if (counted != nullptr) scale = *counted > 0 ? scale / (C)*counted : C(0);
  const i64 row = row_of_thread(), start = row * classes, count = row < rows ? classes : 0;
  const i64 label = row < rows ? (i64)labels[row] : -1;
  with_share<T>(is_wide(classes, gradient, x), classes, count, CrossEntropyGradientRow<T>{gradient + start, x + start, label, smoothing, scale});
}

// How many rows have no negative label.
template <class Label>
__global__ void __launch_bounds__(kCountBlock) count_labels(i64* count, const Label* labels /* [rows] */, i64 rows) {
  i64 counted = 0;
#pragma unroll 4
  for (i64 row = threadIdx.x; row < rows; row += kCountBlock) counted += labels[row] >= 0 ? 1 : 0;
  counted = block_reduce(counted, Plus(), (i64)0);
  if (threadIdx.x == 0) *count = counted;
}
