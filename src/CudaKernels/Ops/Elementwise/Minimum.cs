using System.Numerics;
using System.Runtime.Intrinsics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly BinaryKernels s_minimum = new("minimum", ElementTypes.Numeric);

    extension<T>(DeviceTensor<T> a) where T : unmanaged, INumber<T>
    {
        /// <summary>Computes y = min(a, b) elementwise with broadcasting. NaN where an operand is NaN; -0 is below +0.</summary>
        /// <param name="b">The right operand; its shape and this tensor's must broadcast to the destination's.</param>
        /// <param name="destination">The result; may be this tensor or <paramref name="b"/>.</param>
        /// <exception cref="ArgumentException">Shapes cannot be broadcast, devices differ, or the tensors partly overlap.</exception>
        public void Minimum(DeviceTensor<T> b, DeviceTensor<T> destination) => Binary(s_minimum, a, b, destination, new MinimumFunction<T>());

        /// <summary>A new tensor with min(a, b) elementwise, with broadcasting. NaN where an operand is NaN; -0 is below +0.</summary>
        /// <param name="b">The right operand.</param>
        public DeviceTensor<T> Minimum(DeviceTensor<T> b) => Binary(s_minimum, a, b, new MinimumFunction<T>());

        /// <summary>Computes y = min(a, b) elementwise for a scalar b. NaN where an operand is NaN; -0 is below +0.</summary>
        /// <param name="b">The right operand.</param>
        /// <param name="destination">The result, of this tensor's shape; may be this tensor.</param>
        public void Minimum(T b, DeviceTensor<T> destination) => Binary(s_minimum, a, b, scalarIsLeft: false, destination, new MinimumFunction<T>());

        /// <summary>A new tensor with min(a, b) elementwise for a scalar b. NaN where an operand is NaN; -0 is below +0.</summary>
        /// <param name="b">The right operand.</param>
        public DeviceTensor<T> Minimum(T b) => Binary(s_minimum, a, b, scalarIsLeft: false, new MinimumFunction<T>());
    }

    internal readonly struct MinimumFunction<T> : IBinaryFunction<T> where T : INumber<T>
    {
        public static bool HasVectors => true;

        public T Invoke(T a, T b) => T.Min(a, b);

        public Vector512<float> Invoke(Vector512<float> a, Vector512<float> b) => Vector512.Min(a, b);

        public Vector512<T> InvokeAll(Vector512<T> a, Vector512<T> b) => Vector512.Min(a, b);
    }
}
