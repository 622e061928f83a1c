using System.Numerics;
using System.Runtime.Intrinsics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly ElementwiseKernels s_sign = new("sign", ElementTypes.Numeric);

    extension<T>(DeviceTensor<T> x) where T : unmanaged, INumber<T>
    {
        /// <summary>Computes y = -1 where x is below 0, 1 where it is above, else x, of every element: NaN stays NaN and zeros keep their sign. Exact.</summary>
        /// <param name="destination">The result, of the same shape; may be this tensor.</param>
        /// <exception cref="ArgumentException">Shapes or devices differ, or the tensors partly overlap.</exception>
        public void Sign(DeviceTensor<T> destination) => Unary(s_sign, x, destination, new SignFunction<T>());

        /// <summary>A new tensor with y = -1 where x is below 0, 1 where it is above, else x, of every element: NaN stays NaN and zeros keep their sign. Exact.</summary>
        public DeviceTensor<T> Sign() => Unary(s_sign, x, new SignFunction<T>());
    }

    internal readonly struct SignFunction<T> : IUnaryFunction<T> where T : INumber<T>
    {
        public T Invoke(T x) => x > T.Zero ? T.One : x < T.Zero ? -T.One : x;

        public Vector512<float> Invoke(Vector512<float> x) => Vector512.ConditionalSelect(
            Vector512.GreaterThan(Vector512.Abs(x), Vector512<float>.Zero), Vector512.CopySign(Vector512<float>.One, x), x);
    }
}
