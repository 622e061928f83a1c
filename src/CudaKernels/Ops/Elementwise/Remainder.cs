using System.Numerics;
using System.Runtime.Intrinsics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly BinaryKernels s_remainder = new("remainder", ElementTypes.Numeric);

    extension<T>(DeviceTensor<T> a) where T : unmanaged, INumber<T>
    {
        /// <summary>Computes y = a % b elementwise with broadcasting: a - b·(a / b) with the quotient rounded towards 0, which has the sign of a, as C#'s % and C's fmod. Exact.</summary>
        /// <remarks>NaN where a is infinite or b is 0, and a where b is infinite. Of integers x % 0 = x, so that (a / b)·b + a % b is a, and the lowest one % -1 is 0, on every device.</remarks>
        /// <param name="b">The right operand; its shape and this tensor's must broadcast to the destination's.</param>
        /// <param name="destination">The result; may be this tensor or <paramref name="b"/>.</param>
        /// <exception cref="ArgumentException">Shapes cannot be broadcast, devices differ, or the tensors partly overlap.</exception>
        public void Remainder(DeviceTensor<T> b, DeviceTensor<T> destination) => Binary(s_remainder, a, b, destination, new RemainderFunction<T>());

        /// <summary>A new tensor with a % b elementwise, with broadcasting; see the form with a destination.</summary>
        /// <param name="b">The right operand.</param>
        public DeviceTensor<T> Remainder(DeviceTensor<T> b) => Binary(s_remainder, a, b, new RemainderFunction<T>());

        /// <summary>Computes y = a % b elementwise for a scalar b; see the form with two tensors.</summary>
        /// <param name="b">The right operand.</param>
        /// <param name="destination">The result, of this tensor's shape; may be this tensor.</param>
        public void Remainder(T b, DeviceTensor<T> destination) => Binary(s_remainder, a, b, scalarIsLeft: false, destination, new RemainderFunction<T>());

        /// <summary>A new tensor with a % b elementwise for a scalar b; see the form with two tensors.</summary>
        /// <param name="b">The right operand.</param>
        public DeviceTensor<T> Remainder(T b) => Binary(s_remainder, a, b, scalarIsLeft: false, new RemainderFunction<T>());

        /// <summary>Computes y = left % x elementwise for a scalar left operand; see the form with two tensors.</summary>
        /// <param name="left">The left operand.</param>
        /// <param name="destination">The result, of this tensor's shape; may be this tensor.</param>
        public void RemainderOf(T left, DeviceTensor<T> destination) => Binary(s_remainder, a, left, scalarIsLeft: true, destination, new RemainderFunction<T>());

        /// <summary>A new tensor with left % x elementwise for a scalar left operand; see the form with two tensors.</summary>
        /// <param name="left">The left operand.</param>
        public DeviceTensor<T> RemainderOf(T left) => Binary(s_remainder, a, left, scalarIsLeft: true, new RemainderFunction<T>());

        /// <summary>A new tensor with left % right elementwise, with broadcasting.</summary>
        public static DeviceTensor<T> operator %(DeviceTensor<T> left, DeviceTensor<T> right) => left.Remainder(right);

        /// <summary>A new tensor with left % right elementwise.</summary>
        public static DeviceTensor<T> operator %(DeviceTensor<T> left, T right) => left.Remainder(right);

        /// <summary>A new tensor with left % right elementwise.</summary>
        public static DeviceTensor<T> operator %(T left, DeviceTensor<T> right) => right.RemainderOf(left);

        /// <summary>Takes the remainder by <paramref name="right"/> in place.</summary>
        public void operator %=(DeviceTensor<T> right) => a.Remainder(right, a);

        /// <summary>Takes the remainder of every element by <paramref name="right"/> in place.</summary>
        public void operator %=(T right) => a.Remainder(right, a);
    }

    internal readonly struct RemainderFunction<T> : IBinaryFunction<T> where T : INumber<T>
    {
        public T Invoke(T a, T b)
        {
            if (T.One / (T.One + T.One) == T.Zero)
            {
                if (T.IsZero(b))
                {
                    return a;
                }

                // The processor traps on the lowest integer % -1.
                if (b == -T.One && T.IsNegative(b))
                {
                    return T.Zero;
                }
            }

            return a % b;
        }

        public Vector512<float> Invoke(Vector512<float> a, Vector512<float> b) => VectorMath.Remainder(a, b);
    }
}
