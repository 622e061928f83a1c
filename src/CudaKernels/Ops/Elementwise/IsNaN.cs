using System.Numerics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly ElementwiseKernels s_isNaN = new("is_nan", ElementTypes.Floating);

    extension<T>(DeviceTensor<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>Computes the mask of whether x is NaN, elementwise.</summary>
        /// <param name="destination">The mask, of the same shape.</param>
        /// <exception cref="ArgumentException">Shapes or devices differ.</exception>
        public void IsNaN(DeviceTensor<bool> destination) => Test(s_isNaN, x, destination, new IsNaNFunction<T>());

        /// <summary>A new mask of whether x is NaN, elementwise.</summary>
        public DeviceTensor<bool> IsNaN() => Test(s_isNaN, x, new IsNaNFunction<T>());
    }

    private readonly struct IsNaNFunction<T> : ITestFunction<T> where T : IFloatingPointIeee754<T>
    {
        public bool Invoke(T x) => T.IsNaN(x);
    }
}
