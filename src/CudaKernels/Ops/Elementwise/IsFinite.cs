using System.Numerics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly ElementwiseKernels s_isFinite = new("is_finite", ElementTypes.Floating);

    extension<T>(DeviceTensor<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>Computes the mask of whether x is neither infinite nor NaN, elementwise.</summary>
        /// <param name="destination">The mask, of the same shape.</param>
        /// <exception cref="ArgumentException">Shapes or devices differ.</exception>
        public void IsFinite(DeviceTensor<bool> destination) => Test(s_isFinite, x, destination, new IsFiniteFunction<T>());

        /// <summary>A new mask of whether x is neither infinite nor NaN, elementwise.</summary>
        public DeviceTensor<bool> IsFinite() => Test(s_isFinite, x, new IsFiniteFunction<T>());
    }

    private readonly struct IsFiniteFunction<T> : ITestFunction<T> where T : IFloatingPointIeee754<T>
    {
        public bool Invoke(T x) => T.IsFinite(x);
    }
}
