using System.Numerics;
using System.Runtime.Intrinsics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly BinaryKernels s_divide = new("divide", ElementTypes.Numeric);

    extension<T>(DeviceTensor<T> a) where T : unmanaged, INumber<T>
    {
        /// <summary>Computes y = a / b elementwise with broadcasting. Integers truncate towards 0, x / 0 = 0 and the lowest one / -1 is itself, on every device.</summary>
        /// <param name="b">The right operand; its shape and this tensor's must broadcast to the destination's.</param>
        /// <param name="destination">The result; may be this tensor or <paramref name="b"/>.</param>
        /// <exception cref="ArgumentException">Shapes cannot be broadcast, devices differ, or the tensors partly overlap.</exception>
        public void Divide(DeviceTensor<T> b, DeviceTensor<T> destination) => Binary(s_divide, a, b, destination, new DivideFunction<T>());

        /// <summary>A new tensor with a / b elementwise, with broadcasting. Integers truncate towards 0, x / 0 = 0 and the lowest one / -1 is itself, on every device.</summary>
        /// <param name="b">The right operand.</param>
        public DeviceTensor<T> Divide(DeviceTensor<T> b) => Binary(s_divide, a, b, new DivideFunction<T>());

        /// <summary>Computes y = a / b elementwise for a scalar b. Integers truncate towards 0, x / 0 = 0 and the lowest one / -1 is itself, on every device.</summary>
        /// <param name="b">The right operand.</param>
        /// <param name="destination">The result, of this tensor's shape; may be this tensor.</param>
        public void Divide(T b, DeviceTensor<T> destination) => Binary(s_divide, a, b, scalarIsLeft: false, destination, new DivideFunction<T>());

        /// <summary>A new tensor with a / b elementwise for a scalar b. Integers truncate towards 0, x / 0 = 0 and the lowest one / -1 is itself, on every device.</summary>
        /// <param name="b">The right operand.</param>
        public DeviceTensor<T> Divide(T b) => Binary(s_divide, a, b, scalarIsLeft: false, new DivideFunction<T>());

        /// <summary>Computes y = left / x elementwise for a scalar left operand. Integers truncate towards 0, x / 0 = 0 and the lowest one / -1 is itself, on every device.</summary>
        /// <param name="left">The left operand.</param>
        /// <param name="destination">The result, of this tensor's shape; may be this tensor.</param>
        public void DivideInto(T left, DeviceTensor<T> destination) => Binary(s_divide, a, left, scalarIsLeft: true, destination, new DivideFunction<T>());

        /// <summary>A new tensor with left / x elementwise for a scalar left operand. Integers truncate towards 0, x / 0 = 0 and the lowest one / -1 is itself, on every device.</summary>
        /// <param name="left">The left operand.</param>
        public DeviceTensor<T> DivideInto(T left) => Binary(s_divide, a, left, scalarIsLeft: true, new DivideFunction<T>());

        /// <summary>A new tensor with left / right elementwise, with broadcasting.</summary>
        public static DeviceTensor<T> operator /(DeviceTensor<T> left, DeviceTensor<T> right) => left.Divide(right);

        /// <summary>A new tensor with left / right elementwise.</summary>
        public static DeviceTensor<T> operator /(DeviceTensor<T> left, T right) => left.Divide(right);

        /// <summary>A new tensor with left / right elementwise.</summary>
        public static DeviceTensor<T> operator /(T left, DeviceTensor<T> right) => right.DivideInto(left);

        /// <summary>Divides this tensor by <paramref name="right"/> in place.</summary>
        public void operator /=(DeviceTensor<T> right) => a.Divide(right, a);

        /// <summary>Divides every element by <paramref name="right"/> in place.</summary>
        public void operator /=(T right) => a.Divide(right, a);
    }

    internal readonly struct DivideFunction<T> : IBinaryFunction<T> where T : INumber<T>
    {
        public T Invoke(T a, T b)
        {
            if (T.One / (T.One + T.One) == T.Zero)
            {
                if (T.IsZero(b))
                {
                    return T.Zero;
                }

                // The processor traps on the lowest integer / -1.
                if (b == -T.One && T.IsNegative(b))
                {
                    return -a;
                }
            }

            return a / b;
        }

        public Vector512<float> Invoke(Vector512<float> a, Vector512<float> b) => a / b;
    }
}
