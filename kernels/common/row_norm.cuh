// What normalises a row, x^ = (x - mean) * scale, and the gradient through it, on rows in registers (common/held_row.cuh). Layer norm, RMS
// norm and group norm stand on it: gamma(v, i) gives the factor of element i of a thread's vector v (1 where there is none).
#pragma once
#include "common/held_row.cuh"
#include "common/math.cuh"

template <class C> struct Statistic {
  C mean, scale;
};

// The mean and 1 / sqrt(variance + epsilon) of a row, for every thread of it. The variance (1/n) is summed around the mean in a pass of
// its own, so that a large mean does not cancel it away. meanwhile() comes before the last reduction: what it loads is under way while the
// threads wait for each other.
template <class T, class Share, class Meanwhile>
__device__ __forceinline__ Statistic<compute_t<T>> statistic_of_row(HeldRow<T, Share>& row, Share& share, const T* x, compute_t<T> epsilon,
                                                                    Meanwhile meanwhile) {
  using C = compute_t<T>;
  C sum = 0, squares = 0;
  share.pieces([&]() {
    row.hold(share, x);
    share.each([&](int v, int i) { sum += row.at(v, i); });
  });
  const C mean = row_reduce<0>(sum, Plus{}) / (C)share.columns;
  share.pieces([&]() {
    row.hold(share, x);
    share.each([&](int v, int i) {
      const C deviation = row.at(v, i) - mean;
      squares += deviation * deviation;
    });
  });
  meanwhile();
  return {mean, C(1) / math::sqrt(row_reduce<1>(squares, Plus{}) / (C)share.columns + epsilon)};
}

template <class T, class Share>
__device__ __forceinline__ Statistic<compute_t<T>> statistic_of_row(HeldRow<T, Share>& row, Share& share, const T* x, compute_t<T> epsilon) {
  return statistic_of_row(row, share, x, epsilon, []() {});
}

// 0 and 1 / sqrt(mean of squares + epsilon) of a row, for every thread of it; meanwhile() as above.
template <class T, class Share, class Meanwhile>
__device__ __forceinline__ Statistic<compute_t<T>> root_mean_square_of_row(HeldRow<T, Share>& row, Share& share, const T* x, compute_t<T> epsilon,
                                                                           Meanwhile meanwhile) {
  using C = compute_t<T>;
  C squares = 0;
  share.pieces([&]() {
    row.hold(share, x);
    share.each([&](int v, int i) { squares += row.at(v, i) * row.at(v, i); });
  });
  meanwhile();
  return {C(0), C(1) / math::sqrt(row_reduce<0>(squares, Plus{}) / (C)share.columns + epsilon)};
}

// An optional parameter of a kernel, one element a column: all rows read it, so that it is in the cache. Of rows that are one piece a thread
// holds those of its columns, from hold(share) on; of others one vector at a time, that of the last hold(share, v).
template <class T, class Share> struct RowParameter {
  static constexpr int kHeld = Share::kIsWhole ? Share::kVectors : 1;
  const T* parameter;
  bool is_there;
  HeldVector<T, Share::kWidth> held[kHeld];

  __device__ __forceinline__ RowParameter(const T* of_columns, bool is_given) : parameter(of_columns), is_there(is_given) {}

  __device__ __forceinline__ void hold(const Share& share) {
    if constexpr (Share::kIsWhole) {
#pragma unroll
      for (int v = 0; v < kHeld; ++v) load(share, v);
    }
  }
  __device__ __forceinline__ void hold(const Share& share, int v) {
    if constexpr (!Share::kIsWhole) load(share, v);
  }
  __device__ __forceinline__ compute_t<T> at(int v, int i) const { return held[v % kHeld].at(i); }

 private:
  __device__ __forceinline__ void load(const Share& share, int v) {
    if (is_there && share.has(v)) held[v % kHeld] = *reinterpret_cast<const HeldVector<T, Share::kWidth>*>(share.place(parameter, v));
  }
};

// dx = (g - mean(g) - x^ * mean(g * x^)) * scale with g = dy * gamma; without Centred, where no mean is taken off x, that of g is not
// taken off either. prepare(v) comes before the first gamma of a vector, and see(v, i, dy, x^) meets each element once.
template <bool Centred, class T, class Share, class Prepare, class Gamma, class See>
__device__ __forceinline__ void row_gradient(T* dx, HeldRow<T, Share>& row, HeldRow<T, Share>& gradient, Share& share, const T* x, const T* dy,
                                             Statistic<compute_t<T>> of, Prepare prepare, Gamma gamma, See see) {
  using C = compute_t<T>;
  C sum = 0, product = 0;
  share.pieces([&]() {
    row.hold(share, x);
    gradient.hold(share, dy);
    share.each(prepare, [&](int v, int i) {
      const C normal = (row.at(v, i) - of.mean) * of.scale, g = gradient.at(v, i) * gamma(v, i);
      see(v, i, gradient.at(v, i), normal);
      sum += g;
      product += g * normal;
    });
  });
  const C offset = Centred ? row_reduce<2>(sum, Plus{}) / (C)share.columns : C(0);
  const C slope = row_reduce<3>(product, Plus{}) / (C)share.columns;
  share.pieces([&]() {
    row.hold(share, x);
    gradient.hold(share, dy);
    row.map(share, prepare, [&](int v, int i) {
      const C g = gradient.at(v, i) * gamma(v, i);
      return (g - offset - (row.at(v, i) - of.mean) * of.scale * slope) * of.scale;
    });
    row.store(share, dx);
  });
}
