using System.Numerics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly BinaryKernels s_notEqual = new("not_equal", ElementTypes.Numeric);

    extension<T>(DeviceTensor<T> a) where T : unmanaged, INumber<T>
    {
        /// <summary>Computes the mask a ≠ b elementwise with broadcasting; true where an operand is NaN.</summary>
        /// <param name="b">The right operand.</param>
        /// <param name="destination">The mask, of the broadcast shape.</param>
        /// <exception cref="ArgumentException">Shapes cannot be broadcast, or devices differ.</exception>
        public void NotEqual(DeviceTensor<T> b, DeviceTensor<bool> destination) => Compare(s_notEqual, a, b, destination, new NotEqualFunction<T>());

        /// <summary>A new mask with a ≠ b elementwise, with broadcasting; true where an operand is NaN.</summary>
        /// <param name="b">The right operand.</param>
        public DeviceTensor<bool> NotEqual(DeviceTensor<T> b) => Compare(s_notEqual, a, b, new NotEqualFunction<T>());

        /// <summary>Computes the mask a ≠ b elementwise for a scalar b; true where an operand is NaN.</summary>
        /// <param name="b">The right operand.</param>
        /// <param name="destination">The mask, of this tensor's shape.</param>
        public void NotEqual(T b, DeviceTensor<bool> destination) => Compare(s_notEqual, a, b, scalarIsLeft: false, destination, new NotEqualFunction<T>());

        /// <summary>A new mask with a ≠ b elementwise for a scalar b; true where an operand is NaN.</summary>
        /// <param name="b">The right operand.</param>
        public DeviceTensor<bool> NotEqual(T b) => Compare(s_notEqual, a, b, scalarIsLeft: false, new NotEqualFunction<T>());
    }

    private readonly struct NotEqualFunction<T> : ICompareFunction<T> where T : INumber<T>
    {
        public bool Invoke(T a, T b) => a != b;
    }
}
