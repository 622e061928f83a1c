// y = variance of x along the reduced dimensions: sum((x - mean)^2) / (length - correction), with correction 0 (the population's
// variance) or 1 (the estimate from a sample). NaN for no more elements than the correction, and where an element is NaN or infinite.
// One pass: parts of the elements are reduced to {count, mean, sum of squared deviations} and joined by the formula of Chan, Golub
// and LeVeque (1979), which does not cancel as the difference of the mean square and the squared mean does.
#include "common/reduction.cuh"

// The count is kept in the type of the mean: a thread that counts by ones sees far fewer than the 2^24 elements at which float stops.
template <class C> struct Moments {
  C count, mean, deviations;
};

template <class T, int Correction> struct VarianceWith {
  using C = compute_t<T>;
  using Accumulator = Moments<C>;
  using Result = T;
  __device__ static Accumulator identity() { return {C(0), C(0), C(0)}; }
  __device__ static Accumulator enter(C x, i64) { return {C(1), x, C(0)}; }
  __device__ static Accumulator combine(Accumulator a, Accumulator b) {
    if (b.count == C(0)) return a;
    const C count = a.count + b.count, weight = b.count / count, step = b.mean - a.mean;
    return {count, a.mean + step * weight, a.deviations + b.deviations + step * step * a.count * weight};
  }
  __device__ static Result finish(Accumulator a, i64 length) {
    if (length <= Correction) return down<T>(not_a_number<C>());
    // mean - mean is 0, or NaN where the mean is infinite.
    return down<T>((a.deviations + (a.mean - a.mean)) / (C)(length - Correction));
  }
};

template <class T> using PopulationVariance = VarianceWith<T, 0>;
template <class T> using SampleVariance = VarianceWith<T, 1>;

CK_REDUCTION_KERNELS(population_variance, PopulationVariance)
CK_REDUCTION_KERNELS(sample_variance, SampleVariance)
