using System.Numerics;
using System.Runtime.Intrinsics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly ElementwiseKernels s_negate = new("negate", ElementTypes.Numeric);

    extension<T>(DeviceTensor<T> x) where T : unmanaged, INumber<T>
    {
        /// <summary>Computes y = -x of every element. Integers wrap around, so the lowest one stays itself.</summary>
        /// <param name="destination">The result, of the same shape; may be this tensor.</param>
        /// <exception cref="ArgumentException">Shapes or devices differ, or the tensors partly overlap.</exception>
        public void Negate(DeviceTensor<T> destination) => Unary(s_negate, x, destination, new NegateFunction<T>());

        /// <summary>A new tensor with y = -x of every element. Integers wrap around, so the lowest one stays itself.</summary>
        public DeviceTensor<T> Negate() => Unary(s_negate, x, new NegateFunction<T>());

        /// <summary>A new tensor with -<paramref name="value"/> elementwise.</summary>
        public static DeviceTensor<T> operator -(DeviceTensor<T> value) => value.Negate();
    }

    internal readonly struct NegateFunction<T> : IUnaryFunction<T> where T : INumber<T>
    {
        public T Invoke(T x) => -x;

        public Vector512<float> Invoke(Vector512<float> x) => -x;
    }
}
