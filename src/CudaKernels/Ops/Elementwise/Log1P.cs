using System.Numerics;
using System.Runtime.Intrinsics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly ElementwiseKernels s_log1P = new("log1p", ElementTypes.Floating);

    extension<T>(DeviceTensor<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>Computes y = ln(1 + x) of every element, also of the smallest x, of which 1 + x would lose what ln(1 + x) is made of. -1 gives -∞, less gives NaN, -0 stays, +∞ gives +∞.</summary>
        /// <param name="destination">The result, of the same shape; may be this tensor.</param>
        /// <exception cref="ArgumentException">Shapes or devices differ, or the tensors partly overlap.</exception>
        public void Log1P(DeviceTensor<T> destination) => Unary(s_log1P, x, destination, new Log1PFunction<T>());

        /// <summary>A new tensor with y = ln(1 + x) of every element, also of the smallest x, of which 1 + x would lose what ln(1 + x) is made of. -1 gives -∞, less gives NaN, -0 stays, +∞ gives +∞.</summary>
        public DeviceTensor<T> Log1P() => Unary(s_log1P, x, new Log1PFunction<T>());
    }

    internal readonly struct Log1PFunction<T> : IUnaryFunction<T> where T : IFloatingPointIeee754<T>
    {
        public T Invoke(T x) => ScalarMath.LogP1(x);

        public Vector512<float> Invoke(Vector512<float> x) => VectorMath.LogP1(x);
    }
}
