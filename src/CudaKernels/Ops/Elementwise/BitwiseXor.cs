using System.Numerics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly BinaryKernels s_bitwiseXor = new("bitwise_xor", ElementTypes.Integers);

    extension<T>(DeviceTensor<T> a) where T : unmanaged, IBinaryInteger<T>
    {
        /// <summary>Computes y = a xor b bit by bit, elementwise with broadcasting.</summary>
        /// <param name="b">The right operand; its shape and this tensor's must broadcast to the destination's.</param>
        /// <param name="destination">The result; may be this tensor or <paramref name="b"/>.</param>
        /// <exception cref="ArgumentException">Shapes cannot be broadcast, devices differ, or the tensors partly overlap.</exception>
        public void BitwiseXor(DeviceTensor<T> b, DeviceTensor<T> destination) => Bits(s_bitwiseXor.Tensors, a, b, destination, new XorFunction());

        /// <summary>A new tensor with a xor b bit by bit, elementwise with broadcasting.</summary>
        /// <param name="b">The right operand.</param>
        public DeviceTensor<T> BitwiseXor(DeviceTensor<T> b) => Bits(s_bitwiseXor.Tensors, a, b, new XorFunction());

        /// <summary>Computes y = a xor b bit by bit, elementwise for a scalar b.</summary>
        /// <param name="b">The right operand.</param>
        /// <param name="destination">The result, of this tensor's shape; may be this tensor.</param>
        public void BitwiseXor(T b, DeviceTensor<T> destination) => Bits(s_bitwiseXor, a, b, destination, new XorFunction());

        /// <summary>A new tensor with a xor b bit by bit, elementwise for a scalar b.</summary>
        /// <param name="b">The right operand.</param>
        public DeviceTensor<T> BitwiseXor(T b) => Bits(s_bitwiseXor, a, b, new XorFunction());

        /// <summary>A new tensor with left xor right bit by bit, elementwise with broadcasting.</summary>
        public static DeviceTensor<T> operator ^(DeviceTensor<T> left, DeviceTensor<T> right) => left.BitwiseXor(right);

        /// <summary>A new tensor with left xor right bit by bit, elementwise.</summary>
        public static DeviceTensor<T> operator ^(DeviceTensor<T> left, T right) => left.BitwiseXor(right);

        /// <summary>A new tensor with left xor right bit by bit, elementwise.</summary>
        public static DeviceTensor<T> operator ^(T left, DeviceTensor<T> right) => right.BitwiseXor(left);

        /// <summary>Computes this tensor xor <paramref name="right"/> in place.</summary>
        public void operator ^=(DeviceTensor<T> right) => a.BitwiseXor(right, a);

        /// <summary>Computes every element xor <paramref name="right"/> in place.</summary>
        public void operator ^=(T right) => a.BitwiseXor(right, a);
    }
}
