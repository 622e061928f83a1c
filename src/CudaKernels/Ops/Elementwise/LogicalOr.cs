using System.Runtime.Intrinsics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly ElementwiseKernels s_logicalOr = new("logical_or", [ElementKind.Boolean]);

    extension(DeviceTensor<bool> a)
    {
        /// <summary>Computes y = a or b of masks elementwise with broadcasting.</summary>
        /// <param name="b">The right operand.</param>
        /// <param name="destination">The result; may be this tensor or <paramref name="b"/>.</param>
        /// <exception cref="ArgumentException">Shapes cannot be broadcast, devices differ, or the tensors partly overlap.</exception>
        public void LogicalOr(DeviceTensor<bool> b, DeviceTensor<bool> destination) => Bits(s_logicalOr, a, b, destination, new OrFunction());

        /// <summary>A new mask with a or b elementwise, with broadcasting.</summary>
        /// <param name="b">The right operand.</param>
        public DeviceTensor<bool> LogicalOr(DeviceTensor<bool> b) => Bits(s_logicalOr, a, b, new OrFunction());

        /// <summary>A new mask with left or right elementwise, with broadcasting.</summary>
        public static DeviceTensor<bool> operator |(DeviceTensor<bool> left, DeviceTensor<bool> right) => left.LogicalOr(right);
    }

    private readonly struct OrFunction : IBitFunction
    {
        public Vector512<byte> Invoke(Vector512<byte> a, Vector512<byte> b) => a | b;
    }
}
