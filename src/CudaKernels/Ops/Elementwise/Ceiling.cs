using System.Numerics;
using System.Runtime.Intrinsics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly ElementwiseKernels s_ceiling = new("ceiling", ElementTypes.Floating);

    extension<T>(DeviceTensor<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>Computes y = ⌈x⌉, the least integer that is not below x, of every element. Exact; zeros, ±∞ and NaN stay, and what lies between -1 and 0 gives -0.</summary>
        /// <param name="destination">The result, of the same shape; may be this tensor.</param>
        /// <exception cref="ArgumentException">Shapes or devices differ, or the tensors partly overlap.</exception>
        public void Ceiling(DeviceTensor<T> destination) => Unary(s_ceiling, x, destination, new CeilingFunction<T>());

        /// <summary>A new tensor with y = ⌈x⌉, the least integer that is not below x, of every element. Exact; zeros, ±∞ and NaN stay, and what lies between -1 and 0 gives -0.</summary>
        public DeviceTensor<T> Ceiling() => Unary(s_ceiling, x, new CeilingFunction<T>());
    }

    internal readonly struct CeilingFunction<T> : IUnaryFunction<T> where T : IFloatingPointIeee754<T>
    {
        public T Invoke(T x) => T.Ceiling(x);

        public Vector512<float> Invoke(Vector512<float> x) => Vector512.Ceiling(x);
    }
}
