using System.Numerics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly ReductionKernels s_minAlong = new("min", ElementTypes.Numeric, ReductionKernels.ComputeBytes);

    extension<T>(DeviceTensor<T> x) where T : unmanaged, INumber<T>, IMinMaxValue<T>
    {
        /// <summary>Takes the smallest element along <paramref name="axes"/>; NaN where an element is NaN, and -0 is below +0.</summary>
        /// <param name="axes">The reduced dimensions; empty reduces all.</param>
        /// <param name="destination">The result; its shape leaves the reduced dimensions out or keeps them with length 1.</param>
        /// <exception cref="ArgumentException">The shape of the destination does not fit, or it overlaps this tensor, or a result would be taken from no elements.</exception>
        public void Min(ReadOnlySpan<int> axes, DeviceTensor<T> destination)
        {
            Reduction.RequireElements(x, axes);
            Reduction.Run<T, T, T, MinBody<T>>(s_minAlong, x, axes, destination, default);
        }

        /// <summary>A new tensor with the smallest elements along <paramref name="axes"/> (empty: all dimensions); NaN where an element is NaN.</summary>
        /// <param name="axes">The reduced dimensions; empty reduces all.</param>
        /// <param name="keepDimensions">Whether reduced dimensions stay with length 1.</param>
        /// <exception cref="ArgumentException">A result would be taken from no elements.</exception>
        public DeviceTensor<T> Min(ReadOnlySpan<int> axes = default, bool keepDimensions = false)
        {
            Reduction.RequireElements(x, axes);
            using var result = new PendingTensor<T>(Reduction.NewResult<T, T>(x, axes, keepDimensions));
            x.Min(axes, result.Tensor);
            return result.Complete();
        }

        /// <summary>A new tensor with the smallest elements along one dimension; NaN where an element is NaN.</summary>
        /// <param name="axis">The reduced dimension; a negative number counts from the end.</param>
        /// <param name="keepDimension">Whether it stays with length 1.</param>
        /// <exception cref="ArgumentException">A result would be taken from no elements.</exception>
        /// <exception cref="ArgumentOutOfRangeException">There is no such dimension.</exception>
        public DeviceTensor<T> Min(int axis, bool keepDimension = false) => x.Min([axis], keepDimension);
    }

    private readonly unsafe struct MinBody<T> : IReductionBody<T, T, T> where T : unmanaged, INumber<T>, IMinMaxValue<T>
    {
        public T Identity => T.CreateSaturating(double.PositiveInfinity);

        public T Enter(T x, long index) => x;

        public T Combine(T a, T b) => T.Min(a, b);

        public T Finish(T all, long length) => all;

        public T Run(T* x, nint count, long index) => SpanReduction.Min(new ReadOnlySpan<T>(x, (int)count));
    }
}
