using System.Numerics;
using System.Runtime.Intrinsics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly ElementwiseKernels s_abs = new("abs", ElementTypes.Numeric);

    extension<T>(DeviceTensor<T> x) where T : unmanaged, INumber<T>
    {
        /// <summary>Computes y = |x| of every element. The lowest integer wraps around to itself; NaN stays NaN.</summary>
        /// <param name="destination">The result, of the same shape; may be this tensor.</param>
        /// <exception cref="ArgumentException">Shapes or devices differ, or the tensors partly overlap.</exception>
        public void Abs(DeviceTensor<T> destination) => Unary(s_abs, x, destination, new AbsFunction<T>());

        /// <summary>A new tensor with y = |x| of every element. The lowest integer wraps around to itself; NaN stays NaN.</summary>
        public DeviceTensor<T> Abs() => Unary(s_abs, x, new AbsFunction<T>());
    }

    internal readonly struct AbsFunction<T> : IUnaryFunction<T> where T : INumber<T>
    {
        public static bool HasVectors => true;

        public T Invoke(T x) => T.IsNegative(x) ? -x : x;

        public Vector512<float> Invoke(Vector512<float> x) => Vector512.Abs(x);

        public Vector512<T> InvokeAll(Vector512<T> x) => Vector512.Abs(x);
    }
}
