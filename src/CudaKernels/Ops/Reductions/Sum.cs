using System.Numerics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly ReductionKernels s_sum = new("sum", ElementTypes.Numeric, ReductionKernels.SumBytes);

    extension<T>(DeviceTensor<T> x) where T : unmanaged, INumber<T>
    {
        /// <summary>Sums the elements along <paramref name="axes"/>; 0 for no elements. Half and BFloat16 sum in float, integers wrap around.</summary>
        /// <param name="axes">The reduced dimensions; empty reduces all.</param>
        /// <param name="destination">The result; its shape leaves the reduced dimensions out or keeps them with length 1.</param>
        /// <exception cref="ArgumentException">The shape of the destination does not fit, or it overlaps this tensor.</exception>
        public void Sum(ReadOnlySpan<int> axes, DeviceTensor<T> destination)
        {
            if (typeof(T) == typeof(float) || typeof(T) == typeof(double) || typeof(T) == typeof(Half) || typeof(T) == typeof(BFloat16))
            {
                Reduction.Run<T, double, T, FloatSum<T>>(s_sum, x, axes, destination, default);
            }
            else
            {
                Reduction.Run<T, T, T, IntegerSum<T>>(s_sum, x, axes, destination, default);
            }
        }

        /// <summary>A new tensor with the sums along <paramref name="axes"/> (empty: all dimensions).</summary>
        /// <param name="axes">The reduced dimensions; empty reduces all.</param>
        /// <param name="keepDimensions">Whether reduced dimensions stay with length 1.</param>
        public DeviceTensor<T> Sum(ReadOnlySpan<int> axes = default, bool keepDimensions = false)
        {
            using var result = new PendingTensor<T>(Reduction.NewResult<T, T>(x, axes, keepDimensions));
            x.Sum(axes, result.Tensor);
            return result.Complete();
        }

        /// <summary>A new tensor with the sums along one dimension.</summary>
        /// <param name="axis">The reduced dimension; a negative number counts from the end.</param>
        /// <param name="keepDimension">Whether it stays with length 1.</param>
        /// <exception cref="ArgumentOutOfRangeException">There is no such dimension.</exception>
        public DeviceTensor<T> Sum(int axis, bool keepDimension = false) => x.Sum([axis], keepDimension);
    }

    /// <summary>A double as the kernels would round it: 16-bit floats by way of float.</summary>
    private static T Rounded<T>(double value) where T : INumber<T> => typeof(T) == typeof(double) ? T.CreateTruncating(value) : T.CreateTruncating((float)value);

    /// <summary>Sums in double: on the processor it costs nothing, memory being slower.</summary>
    private readonly unsafe struct FloatSum<T> : IReductionBody<T, double, T> where T : unmanaged, INumber<T>
    {
        public double Identity => 0;

        public double Enter(T x, long index) => double.CreateTruncating(x);

        public double Combine(double a, double b) => a + b;

        public T Finish(double all, long length) => Rounded<T>(all);

        public double Run(T* x, nint count, long index) => SpanReduction.Sum(new ReadOnlySpan<T>(x, (int)count));
    }

    private readonly unsafe struct IntegerSum<T> : IReductionBody<T, T, T> where T : unmanaged, INumber<T>
    {
        public T Identity => T.Zero;

        public T Enter(T x, long index) => x;

        public T Combine(T a, T b) => a + b;

        public T Finish(T all, long length) => all;

        // Modulo 2^64 and then modulo the type's own power of two is the latter alone.
        public T Run(T* x, nint count, long index) => T.CreateTruncating(SpanReduction.SumOfIntegers(new ReadOnlySpan<T>(x, (int)count)));
    }
}
