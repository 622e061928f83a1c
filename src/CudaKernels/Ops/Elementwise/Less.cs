using System.Numerics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly BinaryKernels s_less = new("less", ElementTypes.Numeric);

    extension<T>(DeviceTensor<T> a) where T : unmanaged, INumber<T>
    {
        /// <summary>Computes the mask a &lt; b elementwise with broadcasting; false where an operand is NaN.</summary>
        /// <param name="b">The right operand.</param>
        /// <param name="destination">The mask, of the broadcast shape.</param>
        /// <exception cref="ArgumentException">Shapes cannot be broadcast, or devices differ.</exception>
        public void Less(DeviceTensor<T> b, DeviceTensor<bool> destination) => Compare(s_less, a, b, destination, new LessFunction<T>());

        /// <summary>A new mask with a &lt; b elementwise, with broadcasting; false where an operand is NaN.</summary>
        /// <param name="b">The right operand.</param>
        public DeviceTensor<bool> Less(DeviceTensor<T> b) => Compare(s_less, a, b, new LessFunction<T>());

        /// <summary>Computes the mask a &lt; b elementwise for a scalar b; false where an operand is NaN.</summary>
        /// <param name="b">The right operand.</param>
        /// <param name="destination">The mask, of this tensor's shape.</param>
        public void Less(T b, DeviceTensor<bool> destination) => Compare(s_less, a, b, scalarIsLeft: false, destination, new LessFunction<T>());

        /// <summary>A new mask with a &lt; b elementwise for a scalar b; false where an operand is NaN.</summary>
        /// <param name="b">The right operand.</param>
        public DeviceTensor<bool> Less(T b) => Compare(s_less, a, b, scalarIsLeft: false, new LessFunction<T>());
    }

    private readonly struct LessFunction<T> : ICompareFunction<T> where T : INumber<T>
    {
        public bool Invoke(T a, T b) => a < b;
    }
}
