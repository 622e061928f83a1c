using System.Numerics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly BinaryKernels s_bitwiseOr = new("bitwise_or", ElementTypes.Integers);

    extension<T>(DeviceTensor<T> a) where T : unmanaged, IBinaryInteger<T>
    {
        /// <summary>Computes y = a or b bit by bit, elementwise with broadcasting.</summary>
        /// <param name="b">The right operand; its shape and this tensor's must broadcast to the destination's.</param>
        /// <param name="destination">The result; may be this tensor or <paramref name="b"/>.</param>
        /// <exception cref="ArgumentException">Shapes cannot be broadcast, devices differ, or the tensors partly overlap.</exception>
        public void BitwiseOr(DeviceTensor<T> b, DeviceTensor<T> destination) => Bits(s_bitwiseOr.Tensors, a, b, destination, new OrFunction());

        /// <summary>A new tensor with a or b bit by bit, elementwise with broadcasting.</summary>
        /// <param name="b">The right operand.</param>
        public DeviceTensor<T> BitwiseOr(DeviceTensor<T> b) => Bits(s_bitwiseOr.Tensors, a, b, new OrFunction());

        /// <summary>Computes y = a or b bit by bit, elementwise for a scalar b.</summary>
        /// <param name="b">The right operand.</param>
        /// <param name="destination">The result, of this tensor's shape; may be this tensor.</param>
        public void BitwiseOr(T b, DeviceTensor<T> destination) => Bits(s_bitwiseOr, a, b, destination, new OrFunction());

        /// <summary>A new tensor with a or b bit by bit, elementwise for a scalar b.</summary>
        /// <param name="b">The right operand.</param>
        public DeviceTensor<T> BitwiseOr(T b) => Bits(s_bitwiseOr, a, b, new OrFunction());

        /// <summary>A new tensor with left or right bit by bit, elementwise with broadcasting.</summary>
        public static DeviceTensor<T> operator |(DeviceTensor<T> left, DeviceTensor<T> right) => left.BitwiseOr(right);

        /// <summary>A new tensor with left or right bit by bit, elementwise.</summary>
        public static DeviceTensor<T> operator |(DeviceTensor<T> left, T right) => left.BitwiseOr(right);

        /// <summary>A new tensor with left or right bit by bit, elementwise.</summary>
        public static DeviceTensor<T> operator |(T left, DeviceTensor<T> right) => right.BitwiseOr(left);

        /// <summary>Computes this tensor or <paramref name="right"/> in place.</summary>
        public void operator |=(DeviceTensor<T> right) => a.BitwiseOr(right, a);

        /// <summary>Computes every element or <paramref name="right"/> in place.</summary>
        public void operator |=(T right) => a.BitwiseOr(right, a);
    }
}
