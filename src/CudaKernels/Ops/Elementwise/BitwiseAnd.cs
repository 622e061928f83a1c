using System.Numerics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly BinaryKernels s_bitwiseAnd = new("bitwise_and", ElementTypes.Integers);

    extension<T>(DeviceTensor<T> a) where T : unmanaged, IBinaryInteger<T>
    {
        /// <summary>Computes y = a and b bit by bit, elementwise with broadcasting.</summary>
        /// <param name="b">The right operand; its shape and this tensor's must broadcast to the destination's.</param>
        /// <param name="destination">The result; may be this tensor or <paramref name="b"/>.</param>
        /// <exception cref="ArgumentException">Shapes cannot be broadcast, devices differ, or the tensors partly overlap.</exception>
        public void BitwiseAnd(DeviceTensor<T> b, DeviceTensor<T> destination) => Bits(s_bitwiseAnd.Tensors, a, b, destination, new AndFunction());

        /// <summary>A new tensor with a and b bit by bit, elementwise with broadcasting.</summary>
        /// <param name="b">The right operand.</param>
        public DeviceTensor<T> BitwiseAnd(DeviceTensor<T> b) => Bits(s_bitwiseAnd.Tensors, a, b, new AndFunction());

        /// <summary>Computes y = a and b bit by bit, elementwise for a scalar b.</summary>
        /// <param name="b">The right operand.</param>
        /// <param name="destination">The result, of this tensor's shape; may be this tensor.</param>
        public void BitwiseAnd(T b, DeviceTensor<T> destination) => Bits(s_bitwiseAnd, a, b, destination, new AndFunction());

        /// <summary>A new tensor with a and b bit by bit, elementwise for a scalar b.</summary>
        /// <param name="b">The right operand.</param>
        public DeviceTensor<T> BitwiseAnd(T b) => Bits(s_bitwiseAnd, a, b, new AndFunction());

        /// <summary>A new tensor with left and right bit by bit, elementwise with broadcasting.</summary>
        public static DeviceTensor<T> operator &(DeviceTensor<T> left, DeviceTensor<T> right) => left.BitwiseAnd(right);

        /// <summary>A new tensor with left and right bit by bit, elementwise.</summary>
        public static DeviceTensor<T> operator &(DeviceTensor<T> left, T right) => left.BitwiseAnd(right);

        /// <summary>A new tensor with left and right bit by bit, elementwise.</summary>
        public static DeviceTensor<T> operator &(T left, DeviceTensor<T> right) => right.BitwiseAnd(left);

        /// <summary>Computes this tensor and <paramref name="right"/> in place.</summary>
        public void operator &=(DeviceTensor<T> right) => a.BitwiseAnd(right, a);

        /// <summary>Computes every element and <paramref name="right"/> in place.</summary>
        public void operator &=(T right) => a.BitwiseAnd(right, a);
    }
}
