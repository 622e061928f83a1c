using System.Runtime.Intrinsics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly ElementwiseKernels s_logicalNot = new("logical_not", [ElementKind.Boolean]);

    extension(DeviceTensor<bool> x)
    {
        /// <summary>Computes y = not x of a mask elementwise.</summary>
        /// <param name="destination">The result, of the same shape; may be this tensor.</param>
        /// <exception cref="ArgumentException">Shapes or devices differ, or the tensors partly overlap.</exception>
        public void LogicalNot(DeviceTensor<bool> destination) => UnaryBits(s_logicalNot, x, destination, new LogicalNotFunction());

        /// <summary>A new mask with not x elementwise.</summary>
        public DeviceTensor<bool> LogicalNot() => UnaryBits(s_logicalNot, x, new LogicalNotFunction());

        /// <summary>A new mask with not <paramref name="value"/> elementwise.</summary>
        public static DeviceTensor<bool> operator !(DeviceTensor<bool> value) => value.LogicalNot();
    }

    private readonly struct LogicalNotFunction : IBitFunction
    {
        public Vector512<byte> Invoke(Vector512<byte> a, Vector512<byte> b) => a ^ Vector512<byte>.One;
    }
}
