// The maximum of a row and the sum of exp(x - maximum) over it in one pass: the sum is rescaled whenever the maximum grows, so
// that no exponential overflows. Softmax and the cross entropy stand on it.
#pragma once
#include "common/held_row.cuh"
#include "common/math.cuh"
#include "common/ptx/approx.cuh"

// The maximum of some elements without NaN and the sum of exp(x - maximum), which is NaN where an element is NaN or +inf; a maximum of
// -inf and a sum of 0 where none is above -inf.
template <class C> struct Softsum {
  C maximum, sum;
};

struct Larger {
  template <class C> __device__ __forceinline__ C operator()(C a, C b) const { return math::larger(a, b); }
};

// What is taken off the elements: -inf has no weight, so that -inf - -inf must not come up.
template <class C> __device__ __forceinline__ C shift_of(C maximum) { return maximum == -infinity<C>() ? C(0) : maximum; }

// exp(x) for results of type T: what the special-function unit gives is far more exact than 16-bit floats.
template <class T> __device__ __forceinline__ compute_t<T> exp_for(compute_t<T> x) {
  if constexpr (sizeof(T) == 2) return ptx::ex2_approx(x * 1.44269504f);
  else return math::exp(x);
}

// The elements of one piece more.
template <class T, class Share>
__device__ __forceinline__ Softsum<compute_t<T>> extend(Softsum<compute_t<T>> all, const HeldRow<T, Share>& row, const Share& share) {
  using C = compute_t<T>;
  C maximum = all.maximum;
  share.each([&](int v, int i) { maximum = math::larger(maximum, row.at(v, i)); });
  const C shift = shift_of(maximum);
  C sum = all.sum * math::exp(all.maximum - shift);
  share.each([&](int v, int i) { sum += exp_for<T>(row.at(v, i) - shift); });
  return {maximum, sum};
}

template <class C> __device__ __forceinline__ Softsum<C> over_lanes(Softsum<C> mine, int lanes) {
  const C maximum = lanes_reduce(mine.maximum, lanes, Larger{});
  return {maximum, lanes_reduce(mine.sum * math::exp(mine.maximum - shift_of(maximum)), lanes, Plus{})};
}

// Every thread gets those of the whole row from those of the threads.
template <class C> __device__ __forceinline__ Softsum<C> over_row(Softsum<C> mine) {
  mine = over_lanes(mine, blockDim.x);
  if (blockDim.x <= 32) return mine;
  const int warps = blockDim.x / 32;
  return over_lanes(exchange_warps<0>(mine, warps), warps);
}

// Every thread gets the maximum and sum of the whole row, whose last piece stays held.
template <class T, class Share> __device__ __forceinline__ Softsum<compute_t<T>> softsum_of_row(HeldRow<T, Share>& row, Share& share, const T* x) {
  using C = compute_t<T>;
  Softsum<C> mine{-infinity<C>(), C(0)};
  share.pieces([&]() {
    row.hold(share, x);
    mine = extend(mine, row, share);
  });
  return over_row(mine);
}

// Whether the exponentials of a row can take the place of its elements, so that each is computed once: 16-bit floats would round them, and
// a row of several pieces is read anew.
template <class T, class Share> constexpr bool kHoldsExponentials = sizeof(T) >= 4 && Share::kIsWhole;

// The same for such a row, of which a thread then holds exp(x - own), where own is the maximum of the thread's elements: `factor` times
// what it holds is exp(x - maximum).
template <class T, class Share>
__device__ __forceinline__ Softsum<compute_t<T>> hold_exponentials(HeldRow<T, Share>& row, const Share& share, const T* x, compute_t<T>& factor) {
  using C = compute_t<T>;
  row.hold(share, x);
  C own = -infinity<C>(), sum = C(0);
  share.each([&](int v, int i) { own = math::larger(own, row.at(v, i)); });
  const C shift = shift_of(own);
  row.map(share, [&](int v, int i) {
    const C exponential = exp_for<T>(row.at(v, i) - shift);
    sum += exponential;
    return exponential;
  });
  const Softsum<C> total = over_row(Softsum<C>{own, sum});
  factor = math::exp(own - shift_of(total.maximum));
  return total;
}
