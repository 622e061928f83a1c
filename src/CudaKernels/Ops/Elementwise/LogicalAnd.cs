using System.Runtime.Intrinsics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly ElementwiseKernels s_logicalAnd = new("logical_and", [ElementKind.Boolean]);

    extension(DeviceTensor<bool> a)
    {
        /// <summary>Computes y = a and b of masks elementwise with broadcasting.</summary>
        /// <param name="b">The right operand.</param>
        /// <param name="destination">The result; may be this tensor or <paramref name="b"/>.</param>
        /// <exception cref="ArgumentException">Shapes cannot be broadcast, devices differ, or the tensors partly overlap.</exception>
        public void LogicalAnd(DeviceTensor<bool> b, DeviceTensor<bool> destination) => Bits(s_logicalAnd, a, b, destination, new AndFunction());

        /// <summary>A new mask with a and b elementwise, with broadcasting.</summary>
        /// <param name="b">The right operand.</param>
        public DeviceTensor<bool> LogicalAnd(DeviceTensor<bool> b) => Bits(s_logicalAnd, a, b, new AndFunction());

        /// <summary>A new mask with left and right elementwise, with broadcasting.</summary>
        public static DeviceTensor<bool> operator &(DeviceTensor<bool> left, DeviceTensor<bool> right) => left.LogicalAnd(right);
    }

    private readonly struct AndFunction : IBitFunction
    {
        public Vector512<byte> Invoke(Vector512<byte> a, Vector512<byte> b) => a & b;
    }
}
