using System.Numerics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly BinaryKernels s_greater = new("greater", ElementTypes.Numeric);

    extension<T>(DeviceTensor<T> a) where T : unmanaged, INumber<T>
    {
        /// <summary>Computes the mask a &gt; b elementwise with broadcasting; false where an operand is NaN.</summary>
        /// <param name="b">The right operand.</param>
        /// <param name="destination">The mask, of the broadcast shape.</param>
        /// <exception cref="ArgumentException">Shapes cannot be broadcast, or devices differ.</exception>
        public void Greater(DeviceTensor<T> b, DeviceTensor<bool> destination) => Compare(s_greater, a, b, destination, new GreaterFunction<T>());

        /// <summary>A new mask with a &gt; b elementwise, with broadcasting; false where an operand is NaN.</summary>
        /// <param name="b">The right operand.</param>
        public DeviceTensor<bool> Greater(DeviceTensor<T> b) => Compare(s_greater, a, b, new GreaterFunction<T>());

        /// <summary>Computes the mask a &gt; b elementwise for a scalar b.</summary>
        /// <param name="b">The right operand.</param>
        /// <param name="destination">The mask, of this tensor's shape.</param>
        public void Greater(T b, DeviceTensor<bool> destination) => Compare(s_greater, a, b, scalarIsLeft: false, destination, new GreaterFunction<T>());

        /// <summary>A new mask with a &gt; b elementwise for a scalar b.</summary>
        /// <param name="b">The right operand.</param>
        public DeviceTensor<bool> Greater(T b) => Compare(s_greater, a, b, scalarIsLeft: false, new GreaterFunction<T>());
    }

    private readonly struct GreaterFunction<T> : ICompareFunction<T> where T : INumber<T>
    {
        public bool Invoke(T a, T b) => a > b;
    }
}
