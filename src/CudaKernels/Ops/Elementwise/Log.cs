using System.Numerics;
using System.Runtime.Intrinsics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly ElementwiseKernels s_log = new("log", ElementTypes.Floating);

    extension<T>(DeviceTensor<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>Computes y = ln x of every element. ln 0 = -∞, ln(+∞) = +∞; NaN below 0 and for NaN.</summary>
        /// <param name="destination">The result, of the same shape; may be this tensor.</param>
        /// <exception cref="ArgumentException">Shapes or devices differ, or the tensors partly overlap.</exception>
        public void Log(DeviceTensor<T> destination) => Unary(s_log, x, destination, new LogFunction<T>());

        /// <summary>A new tensor with y = ln x of every element. ln 0 = -∞, ln(+∞) = +∞; NaN below 0 and for NaN.</summary>
        public DeviceTensor<T> Log() => Unary(s_log, x, new LogFunction<T>());
    }

    internal readonly struct LogFunction<T> : IUnaryFunction<T> where T : IFloatingPointIeee754<T>
    {
        public T Invoke(T x) => T.Log(x);

        public Vector512<float> Invoke(Vector512<float> x) => VectorMath.Log(x);
    }
}
