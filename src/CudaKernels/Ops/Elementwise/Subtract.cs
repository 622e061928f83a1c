using System.Numerics;
using System.Runtime.Intrinsics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly BinaryKernels s_subtract = new("subtract", ElementTypes.Numeric);

    extension<T>(DeviceTensor<T> a) where T : unmanaged, INumber<T>
    {
        /// <summary>Computes y = a - b elementwise with broadcasting. Integers wrap around.</summary>
        /// <param name="b">The right operand; its shape and this tensor's must broadcast to the destination's.</param>
        /// <param name="destination">The result; may be this tensor or <paramref name="b"/>.</param>
        /// <exception cref="ArgumentException">Shapes cannot be broadcast, devices differ, or the tensors partly overlap.</exception>
        public void Subtract(DeviceTensor<T> b, DeviceTensor<T> destination) => Binary(s_subtract, a, b, destination, new SubtractFunction<T>());

        /// <summary>A new tensor with a - b elementwise, with broadcasting. Integers wrap around.</summary>
        /// <param name="b">The right operand.</param>
        public DeviceTensor<T> Subtract(DeviceTensor<T> b) => Binary(s_subtract, a, b, new SubtractFunction<T>());

        /// <summary>Computes y = a - b elementwise for a scalar b. Integers wrap around.</summary>
        /// <param name="b">The right operand.</param>
        /// <param name="destination">The result, of this tensor's shape; may be this tensor.</param>
        public void Subtract(T b, DeviceTensor<T> destination) => Binary(s_subtract, a, b, scalarIsLeft: false, destination, new SubtractFunction<T>());

        /// <summary>A new tensor with a - b elementwise for a scalar b. Integers wrap around.</summary>
        /// <param name="b">The right operand.</param>
        public DeviceTensor<T> Subtract(T b) => Binary(s_subtract, a, b, scalarIsLeft: false, new SubtractFunction<T>());

        /// <summary>Computes y = left - x elementwise for a scalar left operand. Integers wrap around.</summary>
        /// <param name="left">The left operand.</param>
        /// <param name="destination">The result, of this tensor's shape; may be this tensor.</param>
        public void SubtractFrom(T left, DeviceTensor<T> destination) => Binary(s_subtract, a, left, scalarIsLeft: true, destination, new SubtractFunction<T>());

        /// <summary>A new tensor with left - x elementwise for a scalar left operand. Integers wrap around.</summary>
        /// <param name="left">The left operand.</param>
        public DeviceTensor<T> SubtractFrom(T left) => Binary(s_subtract, a, left, scalarIsLeft: true, new SubtractFunction<T>());

        /// <summary>A new tensor with left - right elementwise, with broadcasting.</summary>
        public static DeviceTensor<T> operator -(DeviceTensor<T> left, DeviceTensor<T> right) => left.Subtract(right);

        /// <summary>A new tensor with left - right elementwise.</summary>
        public static DeviceTensor<T> operator -(DeviceTensor<T> left, T right) => left.Subtract(right);

        /// <summary>A new tensor with left - right elementwise.</summary>
        public static DeviceTensor<T> operator -(T left, DeviceTensor<T> right) => right.SubtractFrom(left);

        /// <summary>Subtracts <paramref name="right"/> from this tensor in place.</summary>
        public void operator -=(DeviceTensor<T> right) => a.Subtract(right, a);

        /// <summary>Subtracts <paramref name="right"/> from every element in place.</summary>
        public void operator -=(T right) => a.Subtract(right, a);
    }

    internal readonly struct SubtractFunction<T> : IBinaryFunction<T> where T : INumber<T>
    {
        public T Invoke(T a, T b) => a - b;

        public Vector512<float> Invoke(Vector512<float> a, Vector512<float> b) => a - b;
    }
}
