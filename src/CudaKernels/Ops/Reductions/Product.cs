using System.Numerics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly ReductionKernels s_product = new("product", ElementTypes.Numeric, ReductionKernels.SumBytes);

    extension<T>(DeviceTensor<T> x) where T : unmanaged, INumber<T>
    {
        /// <summary>Multiplies the elements along <paramref name="axes"/>; 1 for no elements. Parts are multiplied first and then with each other: one that overflows makes infinity or NaN of a product that would not. A GPU multiplies Half and BFloat16 in float; integers wrap around.</summary>
        /// <param name="axes">The reduced dimensions; empty reduces all.</param>
        /// <param name="destination">The result; its shape leaves the reduced dimensions out or keeps them with length 1.</param>
        /// <exception cref="ArgumentException">The shape of the destination does not fit, or it overlaps this tensor.</exception>
        public void Product(ReadOnlySpan<int> axes, DeviceTensor<T> destination)
        {
            if (typeof(T) == typeof(float) || typeof(T) == typeof(double) || typeof(T) == typeof(Half) || typeof(T) == typeof(BFloat16))
            {
                Reduction.Run<T, double, T, FloatProduct<T>>(s_product, x, axes, destination, default);
            }
            else
            {
                Reduction.Run<T, T, T, IntegerProduct<T>>(s_product, x, axes, destination, default);
            }
        }

        /// <summary>A new tensor with the products along <paramref name="axes"/> (empty: all dimensions).</summary>
        /// <param name="axes">The reduced dimensions; empty reduces all.</param>
        /// <param name="keepDimensions">Whether reduced dimensions stay with length 1.</param>
        public DeviceTensor<T> Product(ReadOnlySpan<int> axes = default, bool keepDimensions = false)
        {
            using var result = new PendingTensor<T>(Reduction.NewResult<T, T>(x, axes, keepDimensions));
            x.Product(axes, result.Tensor);
            return result.Complete();
        }

        /// <summary>A new tensor with the products along one dimension.</summary>
        /// <param name="axis">The reduced dimension; a negative number counts from the end.</param>
        /// <param name="keepDimension">Whether it stays with length 1.</param>
        /// <exception cref="ArgumentOutOfRangeException">There is no such dimension.</exception>
        public DeviceTensor<T> Product(int axis, bool keepDimension = false) => x.Product([axis], keepDimension);
    }

    private readonly unsafe struct FloatProduct<T> : IReductionBody<T, double, T> where T : unmanaged, INumber<T>
    {
        public double Identity => 1;

        public double Enter(T x, long index) => double.CreateTruncating(x);

        public double Combine(double a, double b) => a * b;

        public T Finish(double all, long length) => Rounded<T>(all);

        public double Run(T* x, nint count, long index) =>
            typeof(T) != typeof(double) ? SpanReduction.ProductOf(x, count) : ReductionFold.Run<T, double, T, FloatProduct<T>>(this, x, count, index);
    }

    private readonly unsafe struct IntegerProduct<T> : IReductionBody<T, T, T> where T : unmanaged, INumber<T>
    {
        public T Identity => T.One;

        public T Enter(T x, long index) => x;

        public T Combine(T a, T b) => a * b;

        public T Finish(T all, long length) => all;

        public T Run(T* x, nint count, long index) => ReductionFold.Run<T, T, T, IntegerProduct<T>>(this, x, count, index);
    }
}
