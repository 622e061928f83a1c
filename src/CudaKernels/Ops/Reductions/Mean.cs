using System.Numerics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly ReductionKernels s_mean = new("mean", ElementTypes.Floating, ReductionKernels.SumBytes);

    extension<T>(DeviceTensor<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>Averages the elements along <paramref name="axes"/>: Σx / count; NaN for no elements. Half and BFloat16 sum in float.</summary>
        /// <param name="axes">The reduced dimensions; empty reduces all.</param>
        /// <param name="destination">The result; its shape leaves the reduced dimensions out or keeps them with length 1.</param>
        /// <exception cref="ArgumentException">The shape of the destination does not fit, or it overlaps this tensor.</exception>
        public void Mean(ReadOnlySpan<int> axes, DeviceTensor<T> destination) => Reduction.Run<T, double, T, MeanBody<T>>(s_mean, x, axes, destination, default);

        /// <summary>A new tensor with the means along <paramref name="axes"/> (empty: all dimensions); NaN for no elements.</summary>
        /// <param name="axes">The reduced dimensions; empty reduces all.</param>
        /// <param name="keepDimensions">Whether reduced dimensions stay with length 1.</param>
        public DeviceTensor<T> Mean(ReadOnlySpan<int> axes = default, bool keepDimensions = false)
        {
            using var result = new PendingTensor<T>(Reduction.NewResult<T, T>(x, axes, keepDimensions));
            x.Mean(axes, result.Tensor);
            return result.Complete();
        }

        /// <summary>A new tensor with the means along one dimension; NaN for no elements.</summary>
        /// <param name="axis">The reduced dimension; a negative number counts from the end.</param>
        /// <param name="keepDimension">Whether it stays with length 1.</param>
        /// <exception cref="ArgumentOutOfRangeException">There is no such dimension.</exception>
        public DeviceTensor<T> Mean(int axis, bool keepDimension = false) => x.Mean([axis], keepDimension);
    }

    private readonly unsafe struct MeanBody<T> : IReductionBody<T, double, T> where T : unmanaged, IFloatingPointIeee754<T>
    {
        public double Identity => 0;

        public double Enter(T x, long index) => double.CreateTruncating(x);

        public double Combine(double a, double b) => a + b;

        public T Finish(double all, long length) => Rounded<T>(all / length);

        public double Run(T* x, nint count, long index) => SpanReduction.Sum(new ReadOnlySpan<T>(x, (int)count));
    }
}
