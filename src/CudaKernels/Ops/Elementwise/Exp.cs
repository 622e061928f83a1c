using System.Numerics;
using System.Runtime.Intrinsics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly ElementwiseKernels s_exp = new("exp", ElementTypes.Floating);

    extension<T>(DeviceTensor<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>Computes y = eˣ of every element. exp(-∞) = 0, exp(+∞) = +∞, NaN stays NaN.</summary>
        /// <param name="destination">The result, of the same shape; may be this tensor.</param>
        /// <exception cref="ArgumentException">Shapes or devices differ, or the tensors partly overlap.</exception>
        public void Exp(DeviceTensor<T> destination) => Unary(s_exp, x, destination, new ExpFunction<T>());

        /// <summary>A new tensor with y = eˣ of every element. exp(-∞) = 0, exp(+∞) = +∞, NaN stays NaN.</summary>
        public DeviceTensor<T> Exp() => Unary(s_exp, x, new ExpFunction<T>());
    }

    internal readonly struct ExpFunction<T> : IUnaryFunction<T> where T : IFloatingPointIeee754<T>
    {
        public T Invoke(T x) => T.Exp(x);

        public Vector512<float> Invoke(Vector512<float> x) => VectorMath.Exp(x);
    }
}
