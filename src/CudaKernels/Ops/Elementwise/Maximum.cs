using System.Numerics;
using System.Runtime.Intrinsics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly BinaryKernels s_maximum = new("maximum", ElementTypes.Numeric);

    extension<T>(DeviceTensor<T> a) where T : unmanaged, INumber<T>
    {
        /// <summary>Computes y = max(a, b) elementwise with broadcasting. NaN where an operand is NaN; -0 is below +0.</summary>
        /// <param name="b">The right operand; its shape and this tensor's must broadcast to the destination's.</param>
        /// <param name="destination">The result; may be this tensor or <paramref name="b"/>.</param>
        /// <exception cref="ArgumentException">Shapes cannot be broadcast, devices differ, or the tensors partly overlap.</exception>
        public void Maximum(DeviceTensor<T> b, DeviceTensor<T> destination) => Binary(s_maximum, a, b, destination, new MaximumFunction<T>());

        /// <summary>A new tensor with max(a, b) elementwise, with broadcasting. NaN where an operand is NaN; -0 is below +0.</summary>
        /// <param name="b">The right operand.</param>
        public DeviceTensor<T> Maximum(DeviceTensor<T> b) => Binary(s_maximum, a, b, new MaximumFunction<T>());

        /// <summary>Computes y = max(a, b) elementwise for a scalar b. NaN where an operand is NaN; -0 is below +0.</summary>
        /// <param name="b">The right operand.</param>
        /// <param name="destination">The result, of this tensor's shape; may be this tensor.</param>
        public void Maximum(T b, DeviceTensor<T> destination) => Binary(s_maximum, a, b, scalarIsLeft: false, destination, new MaximumFunction<T>());

        /// <summary>A new tensor with max(a, b) elementwise for a scalar b. NaN where an operand is NaN; -0 is below +0.</summary>
        /// <param name="b">The right operand.</param>
        public DeviceTensor<T> Maximum(T b) => Binary(s_maximum, a, b, scalarIsLeft: false, new MaximumFunction<T>());
    }

    internal readonly struct MaximumFunction<T> : IBinaryFunction<T> where T : INumber<T>
    {
        public static bool HasVectors => true;

        public T Invoke(T a, T b) => T.Max(a, b);

        public Vector512<float> Invoke(Vector512<float> a, Vector512<float> b) => Vector512.Max(a, b);

        public Vector512<T> InvokeAll(Vector512<T> a, Vector512<T> b) => Vector512.Max(a, b);
    }
}
