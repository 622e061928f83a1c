using System.Numerics;
using System.Runtime.Intrinsics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly BinaryKernels s_multiply = new("multiply", ElementTypes.Numeric);

    extension<T>(DeviceTensor<T> a) where T : unmanaged, INumber<T>
    {
        /// <summary>Computes y = a · b elementwise with broadcasting. Integers wrap around.</summary>
        /// <param name="b">The right operand; its shape and this tensor's must broadcast to the destination's.</param>
        /// <param name="destination">The result; may be this tensor or <paramref name="b"/>.</param>
        /// <exception cref="ArgumentException">Shapes cannot be broadcast, devices differ, or the tensors partly overlap.</exception>
        public void Multiply(DeviceTensor<T> b, DeviceTensor<T> destination) => Binary(s_multiply, a, b, destination, new MultiplyFunction<T>());

        /// <summary>A new tensor with a · b elementwise, with broadcasting. Integers wrap around.</summary>
        /// <param name="b">The right operand.</param>
        public DeviceTensor<T> Multiply(DeviceTensor<T> b) => Binary(s_multiply, a, b, new MultiplyFunction<T>());

        /// <summary>Computes y = a · b elementwise for a scalar b. Integers wrap around.</summary>
        /// <param name="b">The right operand.</param>
        /// <param name="destination">The result, of this tensor's shape; may be this tensor.</param>
        public void Multiply(T b, DeviceTensor<T> destination) => Binary(s_multiply, a, b, scalarIsLeft: false, destination, new MultiplyFunction<T>());

        /// <summary>A new tensor with a · b elementwise for a scalar b. Integers wrap around.</summary>
        /// <param name="b">The right operand.</param>
        public DeviceTensor<T> Multiply(T b) => Binary(s_multiply, a, b, scalarIsLeft: false, new MultiplyFunction<T>());

        /// <summary>A new tensor with left * right elementwise, with broadcasting.</summary>
        public static DeviceTensor<T> operator *(DeviceTensor<T> left, DeviceTensor<T> right) => left.Multiply(right);

        /// <summary>A new tensor with left * right elementwise.</summary>
        public static DeviceTensor<T> operator *(DeviceTensor<T> left, T right) => left.Multiply(right);

        /// <summary>A new tensor with left * right elementwise.</summary>
        public static DeviceTensor<T> operator *(T left, DeviceTensor<T> right) => right.Multiply(left);

        /// <summary>Multiplies this tensor by <paramref name="right"/> in place.</summary>
        public void operator *=(DeviceTensor<T> right) => a.Multiply(right, a);

        /// <summary>Multiplies every element by <paramref name="right"/> in place.</summary>
        public void operator *=(T right) => a.Multiply(right, a);
    }

    internal readonly struct MultiplyFunction<T> : IBinaryFunction<T> where T : INumber<T>
    {
        public T Invoke(T a, T b) => a * b;

        public Vector512<float> Invoke(Vector512<float> a, Vector512<float> b) => a * b;
    }
}
