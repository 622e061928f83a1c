using System.Numerics;
using System.Runtime.Intrinsics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly ElementwiseKernels s_clamp = new("clamp", ElementTypes.Numeric);

    extension<T>(DeviceTensor<T> x) where T : unmanaged, INumber<T>
    {
        /// <summary>Computes y = min(max(x, minimum), maximum) of every element; NaN stays NaN.</summary>
        /// <param name="minimum">The lower bound.</param>
        /// <param name="maximum">The upper bound, at least <paramref name="minimum"/>.</param>
        /// <param name="destination">The result, of the same shape; may be this tensor.</param>
        /// <exception cref="ArgumentException">The bounds are NaN or in the wrong order, shapes or devices differ, or the tensors partly overlap.</exception>
        public void Clamp(T minimum, T maximum, DeviceTensor<T> destination)
        {
            RequireOrdered(minimum, maximum);
            Unary(s_clamp, x, destination, new ClampFunction<T>(minimum, maximum), Scalar(minimum), Scalar(maximum));
        }

        /// <summary>A new tensor with y = min(max(x, minimum), maximum) of every element; NaN stays NaN.</summary>
        /// <param name="minimum">The lower bound.</param>
        /// <param name="maximum">The upper bound, at least <paramref name="minimum"/>.</param>
        /// <exception cref="ArgumentException">The bounds are NaN or in the wrong order.</exception>
        public DeviceTensor<T> Clamp(T minimum, T maximum)
        {
            RequireOrdered(minimum, maximum);
            return Unary(s_clamp, x, new ClampFunction<T>(minimum, maximum), Scalar(minimum), Scalar(maximum));
        }
    }

    internal static void RequireOrdered<T>(T minimum, T maximum) where T : INumber<T>
    {
        if (!(minimum <= maximum))
        {
            throw new ArgumentException($"the bounds must be ordered numbers, got minimum {minimum} and maximum {maximum}", nameof(minimum));
        }
    }

    internal readonly struct ClampFunction<T>(T minimum, T maximum) : IUnaryFunction<T> where T : INumber<T>
    {
        private readonly float _minimum = float.CreateTruncating(minimum);
        private readonly float _maximum = float.CreateTruncating(maximum);

        public static bool HasVectors => true;

        public T Invoke(T x) => x < minimum ? minimum : x > maximum ? maximum : x;

        public Vector512<float> Invoke(Vector512<float> x) =>
            Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512.Create(_minimum)), Vector512.Create(_minimum), Vector512.ConditionalSelect(Vector512.GreaterThan(x, Vector512.Create(_maximum)), Vector512.Create(_maximum), x));

        public Vector512<T> InvokeAll(Vector512<T> x)
        {
            var (least, most) = (Vector512.Create(minimum), Vector512.Create(maximum));
            return Vector512.ConditionalSelect(Vector512.LessThan(x, least), least, Vector512.ConditionalSelect(Vector512.GreaterThan(x, most), most, x));
        }
    }
}
