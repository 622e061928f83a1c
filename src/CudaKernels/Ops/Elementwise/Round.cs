using System.Numerics;
using System.Runtime.Intrinsics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly ElementwiseKernels s_round = new("round", ElementTypes.Floating);

    extension<T>(DeviceTensor<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>Computes y = the integer nearest to x of every element; of two equally near ones the even one. Exact; zeros, ±∞ and NaN stay, and what rounds to 0 keeps its sign.</summary>
        /// <param name="destination">The result, of the same shape; may be this tensor.</param>
        /// <exception cref="ArgumentException">Shapes or devices differ, or the tensors partly overlap.</exception>
        public void Round(DeviceTensor<T> destination) => Unary(s_round, x, destination, new RoundFunction<T>());

        /// <summary>A new tensor with y = the integer nearest to x of every element; of two equally near ones the even one. Exact; zeros, ±∞ and NaN stay, and what rounds to 0 keeps its sign.</summary>
        public DeviceTensor<T> Round() => Unary(s_round, x, new RoundFunction<T>());
    }

    internal readonly struct RoundFunction<T> : IUnaryFunction<T> where T : IFloatingPointIeee754<T>
    {
        public T Invoke(T x) => T.Round(x);

        public Vector512<float> Invoke(Vector512<float> x) => Vector512.Round(x);
    }
}
