using System.Numerics;
using System.Runtime.Intrinsics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly ElementwiseKernels s_reciprocal = new("reciprocal", ElementTypes.Floating);

    extension<T>(DeviceTensor<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>Computes y = 1 / x of every element. ±0 gives ±∞, ±∞ gives ±0, NaN stays NaN.</summary>
        /// <param name="destination">The result, of the same shape; may be this tensor.</param>
        /// <exception cref="ArgumentException">Shapes or devices differ, or the tensors partly overlap.</exception>
        public void Reciprocal(DeviceTensor<T> destination) => Unary(s_reciprocal, x, destination, new ReciprocalFunction<T>());

        /// <summary>A new tensor with y = 1 / x of every element. ±0 gives ±∞, ±∞ gives ±0, NaN stays NaN.</summary>
        public DeviceTensor<T> Reciprocal() => Unary(s_reciprocal, x, new ReciprocalFunction<T>());
    }

    internal readonly struct ReciprocalFunction<T> : IUnaryFunction<T> where T : IFloatingPointIeee754<T>
    {
        public T Invoke(T x) => T.One / x;

        public Vector512<float> Invoke(Vector512<float> x) => VectorMath.Reciprocal(x);
    }
}
