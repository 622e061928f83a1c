using System.Numerics;
using System.Runtime.Intrinsics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly ElementwiseKernels s_bitwiseNot = new("bitwise_not", ElementTypes.Integers);

    extension<T>(DeviceTensor<T> x) where T : unmanaged, IBinaryInteger<T>
    {
        /// <summary>Computes y = not x bit by bit, elementwise.</summary>
        /// <param name="destination">The result, of the same shape; may be this tensor.</param>
        /// <exception cref="ArgumentException">Shapes or devices differ, or the tensors partly overlap.</exception>
        public void BitwiseNot(DeviceTensor<T> destination) => UnaryBits(s_bitwiseNot, x, destination, new BitwiseNotFunction());

        /// <summary>A new tensor with not x bit by bit, elementwise.</summary>
        public DeviceTensor<T> BitwiseNot() => UnaryBits(s_bitwiseNot, x, new BitwiseNotFunction());

        /// <summary>A new tensor with not <paramref name="value"/> bit by bit, elementwise.</summary>
        public static DeviceTensor<T> operator ~(DeviceTensor<T> value) => value.BitwiseNot();
    }

    private readonly struct BitwiseNotFunction : IBitFunction
    {
        public Vector512<byte> Invoke(Vector512<byte> a, Vector512<byte> b) => ~a;
    }
}
