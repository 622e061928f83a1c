using System.Numerics;
using System.Runtime.Intrinsics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly ElementwiseKernels s_expM1 = new("expm1", ElementTypes.Floating);

    extension<T>(DeviceTensor<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>Computes y = eˣ - 1 of every element, also of the smallest x, of which the difference would lose all digits. -∞ gives -1, +∞ gives +∞, -0 stays.</summary>
        /// <param name="destination">The result, of the same shape; may be this tensor.</param>
        /// <exception cref="ArgumentException">Shapes or devices differ, or the tensors partly overlap.</exception>
        public void ExpM1(DeviceTensor<T> destination) => Unary(s_expM1, x, destination, new ExpM1Function<T>());

        /// <summary>A new tensor with y = eˣ - 1 of every element, also of the smallest x, of which the difference would lose all digits. -∞ gives -1, +∞ gives +∞, -0 stays.</summary>
        public DeviceTensor<T> ExpM1() => Unary(s_expM1, x, new ExpM1Function<T>());
    }

    internal readonly struct ExpM1Function<T> : IUnaryFunction<T> where T : IFloatingPointIeee754<T>
    {
        public T Invoke(T x) => ScalarMath.ExpM1(x);

        public Vector512<float> Invoke(Vector512<float> x) => VectorMath.ExpM1(x);
    }
}
