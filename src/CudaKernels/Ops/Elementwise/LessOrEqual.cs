using System.Numerics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly BinaryKernels s_lessOrEqual = new("less_or_equal", ElementTypes.Numeric);

    extension<T>(DeviceTensor<T> a) where T : unmanaged, INumber<T>
    {
        /// <summary>Computes the mask a &lt;= b elementwise with broadcasting; false where an operand is NaN.</summary>
        /// <param name="b">The right operand.</param>
        /// <param name="destination">The mask, of the broadcast shape.</param>
        /// <exception cref="ArgumentException">Shapes cannot be broadcast, or devices differ.</exception>
        public void LessOrEqual(DeviceTensor<T> b, DeviceTensor<bool> destination) => Compare(s_lessOrEqual, a, b, destination, new LessOrEqualFunction<T>());

        /// <summary>A new mask with a &lt;= b elementwise, with broadcasting; false where an operand is NaN.</summary>
        /// <param name="b">The right operand.</param>
        public DeviceTensor<bool> LessOrEqual(DeviceTensor<T> b) => Compare(s_lessOrEqual, a, b, new LessOrEqualFunction<T>());

        /// <summary>Computes the mask a &lt;= b elementwise for a scalar b; false where an operand is NaN.</summary>
        /// <param name="b">The right operand.</param>
        /// <param name="destination">The mask, of this tensor's shape.</param>
        public void LessOrEqual(T b, DeviceTensor<bool> destination) => Compare(s_lessOrEqual, a, b, scalarIsLeft: false, destination, new LessOrEqualFunction<T>());

        /// <summary>A new mask with a &lt;= b elementwise for a scalar b; false where an operand is NaN.</summary>
        /// <param name="b">The right operand.</param>
        public DeviceTensor<bool> LessOrEqual(T b) => Compare(s_lessOrEqual, a, b, scalarIsLeft: false, new LessOrEqualFunction<T>());
    }

    private readonly struct LessOrEqualFunction<T> : ICompareFunction<T> where T : INumber<T>
    {
        public bool Invoke(T a, T b) => a <= b;
    }
}
