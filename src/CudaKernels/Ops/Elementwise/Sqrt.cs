using System.Numerics;
using System.Runtime.Intrinsics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly ElementwiseKernels s_sqrt = new("sqrt", ElementTypes.Floating);

    extension<T>(DeviceTensor<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>Computes y = √x of every element. Correctly rounded; √-0 = -0, √+∞ = +∞; NaN below 0 and for NaN.</summary>
        /// <param name="destination">The result, of the same shape; may be this tensor.</param>
        /// <exception cref="ArgumentException">Shapes or devices differ, or the tensors partly overlap.</exception>
        public void Sqrt(DeviceTensor<T> destination) => Unary(s_sqrt, x, destination, new SqrtFunction<T>());

        /// <summary>A new tensor with y = √x of every element. Correctly rounded; √-0 = -0, √+∞ = +∞; NaN below 0 and for NaN.</summary>
        public DeviceTensor<T> Sqrt() => Unary(s_sqrt, x, new SqrtFunction<T>());
    }

    internal readonly struct SqrtFunction<T> : IUnaryFunction<T> where T : IFloatingPointIeee754<T>
    {
        public T Invoke(T x) => T.Sqrt(x);

        public Vector512<float> Invoke(Vector512<float> x) => Vector512.Sqrt(x);
    }
}
