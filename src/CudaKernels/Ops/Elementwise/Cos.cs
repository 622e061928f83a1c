using System.Numerics;
using System.Runtime.Intrinsics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly ElementwiseKernels s_cos = new("cos", ElementTypes.Floating);

    extension<T>(DeviceTensor<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>Computes y = cos x (radians) of every element. NaN for ±∞ and NaN.</summary>
        /// <param name="destination">The result, of the same shape; may be this tensor.</param>
        /// <exception cref="ArgumentException">Shapes or devices differ, or the tensors partly overlap.</exception>
        public void Cos(DeviceTensor<T> destination) => Unary(s_cos, x, destination, new CosFunction<T>());

        /// <summary>A new tensor with y = cos x (radians) of every element. NaN for ±∞ and NaN.</summary>
        public DeviceTensor<T> Cos() => Unary(s_cos, x, new CosFunction<T>());
    }

    internal readonly struct CosFunction<T> : IUnaryFunction<T> where T : IFloatingPointIeee754<T>
    {
        public T Invoke(T x) => T.Cos(x);

        public Vector512<float> Invoke(Vector512<float> x) => VectorMath.Cos(x);
    }
}
