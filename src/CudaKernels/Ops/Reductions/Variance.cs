using System.Numerics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly KernelFile s_varianceFile = new("reductions/variance.cu");
    private static readonly ReductionKernels s_populationVariance = new(s_varianceFile, "population_variance", ElementTypes.Floating, ReductionKernels.MomentsBytes);
    private static readonly ReductionKernels s_sampleVariance = new(s_varianceFile, "sample_variance", ElementTypes.Floating, ReductionKernels.MomentsBytes);

    extension<T>(DeviceTensor<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>
        /// Computes the variance Σ(x - mean)² / (count - correction) along <paramref name="axes"/>; NaN for no more elements than the correction,
        /// and where an element is NaN or infinite. Half and BFloat16 compute in float.
        /// </summary>
        /// <param name="axes">The reduced dimensions; empty reduces all.</param>
        /// <param name="destination">The result; its shape leaves the reduced dimensions out or keeps them with length 1.</param>
        /// <param name="correction">0 divides by the count (the variance of a population), 1 by the count less one (the estimate from a sample).</param>
        /// <exception cref="ArgumentException">The shape of the destination does not fit, or it overlaps this tensor.</exception>
        /// <exception cref="ArgumentOutOfRangeException"><paramref name="correction"/> is neither 0 nor 1.</exception>
        public void Variance(ReadOnlySpan<int> axes, DeviceTensor<T> destination, int correction = 0)
        {
            RequireCorrection(correction);
            Reduction.Run<T, Moments, T, VarianceBody<T>>(correction == 0 ? s_populationVariance : s_sampleVariance, x, axes, destination, new VarianceBody<T>(correction));
        }

        /// <summary>A new tensor with the variances along <paramref name="axes"/> (empty: all dimensions); NaN for no more elements than the correction.</summary>
        /// <param name="axes">The reduced dimensions; empty reduces all.</param>
        /// <param name="correction">0 divides by the count (the variance of a population), 1 by the count less one (the estimate from a sample).</param>
        /// <param name="keepDimensions">Whether reduced dimensions stay with length 1.</param>
        /// <exception cref="ArgumentOutOfRangeException"><paramref name="correction"/> is neither 0 nor 1.</exception>
        public DeviceTensor<T> Variance(ReadOnlySpan<int> axes = default, int correction = 0, bool keepDimensions = false)
        {
            RequireCorrection(correction);
            using var result = new PendingTensor<T>(Reduction.NewResult<T, T>(x, axes, keepDimensions));
            x.Variance(axes, result.Tensor, correction);
            return result.Complete();
        }

        /// <summary>A new tensor with the variances along one dimension; NaN for no more elements than the correction.</summary>
        /// <param name="axis">The reduced dimension; a negative number counts from the end.</param>
        /// <param name="correction">0 divides by the count (the variance of a population), 1 by the count less one (the estimate from a sample).</param>
        /// <param name="keepDimension">Whether it stays with length 1.</param>
        /// <exception cref="ArgumentOutOfRangeException"><paramref name="correction"/> is neither 0 nor 1, or there is no such dimension.</exception>
        public DeviceTensor<T> Variance(int axis, int correction = 0, bool keepDimension = false) => x.Variance([axis], correction, keepDimension);
    }

    private static void RequireCorrection(int correction)
    {
        if (correction is not (0 or 1))
        {
            throw new ArgumentOutOfRangeException(nameof(correction), correction, "the correction is 0 (population) or 1 (sample)");
        }
    }

    private readonly unsafe struct VarianceBody<T>(int correction) : IReductionBody<T, Moments, T> where T : unmanaged, IFloatingPointIeee754<T>
    {
        public Moments Identity => default;

        public Moments Enter(T x, long index) => new(1, double.CreateTruncating(x), 0);

        public Moments Combine(Moments a, Moments b) => Moments.Join(a, b);

        // mean - mean is 0, or NaN where the mean is infinite.
        public T Finish(Moments all, long length) => length <= correction ? T.NaN : Rounded<T>((all.Deviations + (all.Mean - all.Mean)) / (length - correction));

        public Moments Run(T* x, nint count, long index)
        {
            var elements = new ReadOnlySpan<T>(x, (int)count);
            if (elements.IsEmpty)
            {
                return default;
            }

            var mean = SpanReduction.Sum(elements) / count;
            return new Moments(count, mean, SpanReduction.SumOfSquaredDeviations(elements, mean));
        }
    }
}
