using System.Numerics;
using System.Runtime.Intrinsics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly ElementwiseKernels s_sin = new("sin", ElementTypes.Floating);

    extension<T>(DeviceTensor<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>Computes y = sin x (radians) of every element. NaN for ±∞ and NaN.</summary>
        /// <param name="destination">The result, of the same shape; may be this tensor.</param>
        /// <exception cref="ArgumentException">Shapes or devices differ, or the tensors partly overlap.</exception>
        public void Sin(DeviceTensor<T> destination) => Unary(s_sin, x, destination, new SinFunction<T>());

        /// <summary>A new tensor with y = sin x (radians) of every element. NaN for ±∞ and NaN.</summary>
        public DeviceTensor<T> Sin() => Unary(s_sin, x, new SinFunction<T>());
    }

    internal readonly struct SinFunction<T> : IUnaryFunction<T> where T : IFloatingPointIeee754<T>
    {
        public T Invoke(T x) => T.Sin(x);

        public Vector512<float> Invoke(Vector512<float> x) => VectorMath.Sin(x);
    }
}
