using System.Numerics;
using System.Runtime.Intrinsics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly ElementwiseKernels s_truncate = new("truncate", ElementTypes.Floating);

    extension<T>(DeviceTensor<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>Computes y = x without its fraction, rounded towards 0, of every element. Exact; zeros, ±∞ and NaN stay, and what rounds to 0 keeps its sign.</summary>
        /// <param name="destination">The result, of the same shape; may be this tensor.</param>
        /// <exception cref="ArgumentException">Shapes or devices differ, or the tensors partly overlap.</exception>
        public void Truncate(DeviceTensor<T> destination) => Unary(s_truncate, x, destination, new TruncateFunction<T>());

        /// <summary>A new tensor with y = x without its fraction, rounded towards 0, of every element. Exact; zeros, ±∞ and NaN stay, and what rounds to 0 keeps its sign.</summary>
        public DeviceTensor<T> Truncate() => Unary(s_truncate, x, new TruncateFunction<T>());
    }

    internal readonly struct TruncateFunction<T> : IUnaryFunction<T> where T : IFloatingPointIeee754<T>
    {
        public T Invoke(T x) => T.Truncate(x);

        public Vector512<float> Invoke(Vector512<float> x) => Vector512.Truncate(x);
    }
}
