using System.Numerics;
using System.Runtime.Intrinsics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly ElementwiseKernels s_tan = new("tan", ElementTypes.Floating);

    extension<T>(DeviceTensor<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>Computes y = tan x (x in radians) of every element. NaN at ±∞; -0 stays.</summary>
        /// <param name="destination">The result, of the same shape; may be this tensor.</param>
        /// <exception cref="ArgumentException">Shapes or devices differ, or the tensors partly overlap.</exception>
        public void Tan(DeviceTensor<T> destination) => Unary(s_tan, x, destination, new TanFunction<T>());

        /// <summary>A new tensor with y = tan x (x in radians) of every element. NaN at ±∞; -0 stays.</summary>
        public DeviceTensor<T> Tan() => Unary(s_tan, x, new TanFunction<T>());
    }

    internal readonly struct TanFunction<T> : IUnaryFunction<T> where T : IFloatingPointIeee754<T>
    {
        public T Invoke(T x) => T.Tan(x);

        public Vector512<float> Invoke(Vector512<float> x) => VectorMath.Tan(x);
    }
}
