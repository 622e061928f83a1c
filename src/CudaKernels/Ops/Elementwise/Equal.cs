using System.Numerics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly BinaryKernels s_equal = new("equal", ElementTypes.Numeric);

    extension<T>(DeviceTensor<T> a) where T : unmanaged, INumber<T>
    {
        /// <summary>Computes the mask a = b elementwise with broadcasting; false where an operand is NaN.</summary>
        /// <param name="b">The right operand.</param>
        /// <param name="destination">The mask, of the broadcast shape.</param>
        /// <exception cref="ArgumentException">Shapes cannot be broadcast, or devices differ.</exception>
        public void Equal(DeviceTensor<T> b, DeviceTensor<bool> destination) => Compare(s_equal, a, b, destination, new EqualFunction<T>());

        /// <summary>A new mask with a = b elementwise, with broadcasting; false where an operand is NaN.</summary>
        /// <param name="b">The right operand.</param>
        public DeviceTensor<bool> Equal(DeviceTensor<T> b) => Compare(s_equal, a, b, new EqualFunction<T>());

        /// <summary>Computes the mask a = b elementwise for a scalar b; false where an operand is NaN.</summary>
        /// <param name="b">The right operand.</param>
        /// <param name="destination">The mask, of this tensor's shape.</param>
        public void Equal(T b, DeviceTensor<bool> destination) => Compare(s_equal, a, b, scalarIsLeft: false, destination, new EqualFunction<T>());

        /// <summary>A new mask with a = b elementwise for a scalar b; false where an operand is NaN.</summary>
        /// <param name="b">The right operand.</param>
        public DeviceTensor<bool> Equal(T b) => Compare(s_equal, a, b, scalarIsLeft: false, new EqualFunction<T>());
    }

    private readonly struct EqualFunction<T> : ICompareFunction<T> where T : INumber<T>
    {
        public bool Invoke(T a, T b) => a == b;
    }
}
