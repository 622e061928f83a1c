using System.Numerics;
using System.Runtime.Intrinsics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly ElementwiseKernels s_floor = new("floor", ElementTypes.Floating);

    extension<T>(DeviceTensor<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>Computes y = ⌊x⌋, the greatest integer that is not above x, of every element. Exact; -0, ±∞ and NaN stay.</summary>
        /// <param name="destination">The result, of the same shape; may be this tensor.</param>
        /// <exception cref="ArgumentException">Shapes or devices differ, or the tensors partly overlap.</exception>
        public void Floor(DeviceTensor<T> destination) => Unary(s_floor, x, destination, new FloorFunction<T>());

        /// <summary>A new tensor with y = ⌊x⌋ of every element. Exact; -0, ±∞ and NaN stay.</summary>
        public DeviceTensor<T> Floor() => Unary(s_floor, x, new FloorFunction<T>());
    }

    internal readonly struct FloorFunction<T> : IUnaryFunction<T> where T : IFloatingPointIeee754<T>
    {
        public T Invoke(T x) => T.Floor(x);

        public Vector512<float> Invoke(Vector512<float> x) => Vector512.Floor(x);
    }
}
