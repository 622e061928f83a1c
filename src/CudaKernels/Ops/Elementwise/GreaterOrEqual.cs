using System.Numerics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly BinaryKernels s_greaterOrEqual = new("greater_or_equal", ElementTypes.Numeric);

    extension<T>(DeviceTensor<T> a) where T : unmanaged, INumber<T>
    {
        /// <summary>Computes the mask a &gt;= b elementwise with broadcasting; false where an operand is NaN.</summary>
        /// <param name="b">The right operand.</param>
        /// <param name="destination">The mask, of the broadcast shape.</param>
        /// <exception cref="ArgumentException">Shapes cannot be broadcast, or devices differ.</exception>
        public void GreaterOrEqual(DeviceTensor<T> b, DeviceTensor<bool> destination) => Compare(s_greaterOrEqual, a, b, destination, new GreaterOrEqualFunction<T>());

        /// <summary>A new mask with a &gt;= b elementwise, with broadcasting; false where an operand is NaN.</summary>
        /// <param name="b">The right operand.</param>
        public DeviceTensor<bool> GreaterOrEqual(DeviceTensor<T> b) => Compare(s_greaterOrEqual, a, b, new GreaterOrEqualFunction<T>());

        /// <summary>Computes the mask a &gt;= b elementwise for a scalar b; false where an operand is NaN.</summary>
        /// <param name="b">The right operand.</param>
        /// <param name="destination">The mask, of this tensor's shape.</param>
        public void GreaterOrEqual(T b, DeviceTensor<bool> destination) => Compare(s_greaterOrEqual, a, b, scalarIsLeft: false, destination, new GreaterOrEqualFunction<T>());

        /// <summary>A new mask with a &gt;= b elementwise for a scalar b; false where an operand is NaN.</summary>
        /// <param name="b">The right operand.</param>
        public DeviceTensor<bool> GreaterOrEqual(T b) => Compare(s_greaterOrEqual, a, b, scalarIsLeft: false, new GreaterOrEqualFunction<T>());
    }

    private readonly struct GreaterOrEqualFunction<T> : ICompareFunction<T> where T : INumber<T>
    {
        public bool Invoke(T a, T b) => a >= b;
    }
}
