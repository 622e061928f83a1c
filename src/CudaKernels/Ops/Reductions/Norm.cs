using System.Numerics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly KernelFile s_normFile = new("reductions/norm.cu");
    private static readonly ReductionKernels s_norm1 = new(s_normFile, "norm1", ElementTypes.Floating, ReductionKernels.SumBytes);
    private static readonly ReductionKernels s_norm2 = new(s_normFile, "norm2", ElementTypes.Floating, ReductionKernels.SumBytes);

    extension<T>(DeviceTensor<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>
        /// Computes a norm along <paramref name="axes"/>: √Σx² or Σ|x|; 0 for no elements. A GPU sums float, Half and BFloat16 in float, so that a
        /// Euclidean norm above 1.8·10¹⁹ is infinite there.
        /// </summary>
        /// <param name="axes">The reduced dimensions; empty reduces all.</param>
        /// <param name="destination">The result; its shape leaves the reduced dimensions out or keeps them with length 1.</param>
        /// <param name="order">1: the sum of magnitudes; 2: the Euclidean norm.</param>
        /// <exception cref="ArgumentException">The shape of the destination does not fit, or it overlaps this tensor.</exception>
        /// <exception cref="ArgumentOutOfRangeException"><paramref name="order"/> is neither 1 nor 2.</exception>
        public void Norm(ReadOnlySpan<int> axes, DeviceTensor<T> destination, int order = 2)
        {
            RequireNormOrder(order);
            if (order == 1)
            {
                Reduction.Run<T, double, T, Norm1Body<T>>(s_norm1, x, axes, destination, default);
            }
            else
            {
                Reduction.Run<T, double, T, Norm2Body<T>>(s_norm2, x, axes, destination, default);
            }
        }

        /// <summary>A new tensor with the norms along <paramref name="axes"/> (empty: all dimensions): √Σx² or Σ|x|; 0 for no elements.</summary>
        /// <param name="axes">The reduced dimensions; empty reduces all.</param>
        /// <param name="order">1: the sum of magnitudes; 2: the Euclidean norm.</param>
        /// <param name="keepDimensions">Whether reduced dimensions stay with length 1.</param>
        /// <exception cref="ArgumentOutOfRangeException"><paramref name="order"/> is neither 1 nor 2.</exception>
        public DeviceTensor<T> Norm(ReadOnlySpan<int> axes = default, int order = 2, bool keepDimensions = false)
        {
            RequireNormOrder(order);
            using var result = new PendingTensor<T>(Reduction.NewResult<T, T>(x, axes, keepDimensions));
            x.Norm(axes, result.Tensor, order);
            return result.Complete();
        }

        /// <summary>A new tensor with the norms along one dimension: √Σx² or Σ|x|; 0 for no elements.</summary>
        /// <param name="axis">The reduced dimension; a negative number counts from the end.</param>
        /// <param name="order">1: the sum of magnitudes; 2: the Euclidean norm.</param>
        /// <param name="keepDimension">Whether it stays with length 1.</param>
        /// <exception cref="ArgumentOutOfRangeException"><paramref name="order"/> is neither 1 nor 2, or there is no such dimension.</exception>
        public DeviceTensor<T> Norm(int axis, int order = 2, bool keepDimension = false) => x.Norm([axis], order, keepDimension);
    }

    private static void RequireNormOrder(int order)
    {
        if (order is not (1 or 2))
        {
            throw new ArgumentOutOfRangeException(nameof(order), order, "the order of a norm is 1 (sum of magnitudes) or 2 (Euclidean)");
        }
    }

    private readonly unsafe struct Norm1Body<T> : IReductionBody<T, double, T> where T : unmanaged, IFloatingPointIeee754<T>
    {
        public double Identity => 0;

        public double Enter(T x, long index) => Math.Abs(double.CreateTruncating(x));

        public double Combine(double a, double b) => a + b;

        public T Finish(double all, long length) => Rounded<T>(all);

        public double Run(T* x, nint count, long index) => SpanReduction.SumOfMagnitudes(new ReadOnlySpan<T>(x, (int)count));
    }

    private readonly unsafe struct Norm2Body<T> : IReductionBody<T, double, T> where T : unmanaged, IFloatingPointIeee754<T>
    {
        public double Identity => 0;

        public double Enter(T x, long index)
        {
            var value = double.CreateTruncating(x);
            return value * value;
        }

        public double Combine(double a, double b) => a + b;

        public T Finish(double all, long length) => Rounded<T>(Math.Sqrt(all));

        public double Run(T* x, nint count, long index) => SpanReduction.SumOfSquares(new ReadOnlySpan<T>(x, (int)count));
    }
}
