using System.Runtime.Intrinsics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly ElementwiseKernels s_logicalXor = new("logical_xor", [ElementKind.Boolean]);

    extension(DeviceTensor<bool> a)
    {
        /// <summary>Computes y = a xor b of masks elementwise with broadcasting.</summary>
        /// <param name="b">The right operand.</param>
        /// <param name="destination">The result; may be this tensor or <paramref name="b"/>.</param>
        /// <exception cref="ArgumentException">Shapes cannot be broadcast, devices differ, or the tensors partly overlap.</exception>
        public void LogicalXor(DeviceTensor<bool> b, DeviceTensor<bool> destination) => Bits(s_logicalXor, a, b, destination, new XorFunction());

        /// <summary>A new mask with a xor b elementwise, with broadcasting.</summary>
        /// <param name="b">The right operand.</param>
        public DeviceTensor<bool> LogicalXor(DeviceTensor<bool> b) => Bits(s_logicalXor, a, b, new XorFunction());

        /// <summary>A new mask with left xor right elementwise, with broadcasting.</summary>
        public static DeviceTensor<bool> operator ^(DeviceTensor<bool> left, DeviceTensor<bool> right) => left.LogicalXor(right);
    }

    private readonly struct XorFunction : IBitFunction
    {
        public Vector512<byte> Invoke(Vector512<byte> a, Vector512<byte> b) => a ^ b;
    }
}
