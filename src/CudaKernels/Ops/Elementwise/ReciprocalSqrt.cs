using System.Numerics;
using System.Runtime.Intrinsics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly ElementwiseKernels s_rsqrt = new("rsqrt", ElementTypes.Floating);

    extension<T>(DeviceTensor<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>Computes y = 1 / √x of every element. ±0 gives ±∞, +∞ gives 0; NaN below 0 and for NaN.</summary>
        /// <param name="destination">The result, of the same shape; may be this tensor.</param>
        /// <exception cref="ArgumentException">Shapes or devices differ, or the tensors partly overlap.</exception>
        public void ReciprocalSqrt(DeviceTensor<T> destination) => Unary(s_rsqrt, x, destination, new ReciprocalSqrtFunction<T>());

        /// <summary>A new tensor with y = 1 / √x of every element. ±0 gives ±∞, +∞ gives 0; NaN below 0 and for NaN.</summary>
        public DeviceTensor<T> ReciprocalSqrt() => Unary(s_rsqrt, x, new ReciprocalSqrtFunction<T>());
    }

    internal readonly struct ReciprocalSqrtFunction<T> : IUnaryFunction<T> where T : IFloatingPointIeee754<T>
    {
        public T Invoke(T x) => T.One / T.Sqrt(x);

        public Vector512<float> Invoke(Vector512<float> x) => VectorMath.Rsqrt(x);
    }
}
