using System.Numerics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly KernelFile s_iotaFile = new("elementwise/iota.cu");
    private static readonly KernelTemplate s_iotaFloating = s_iotaFile.Template("iota<{0}, double>", ElementTypes.Floating);
    private static readonly KernelTemplate s_iotaInteger = s_iotaFile.Template("iota<{0}, i64>", [ElementKind.Int8, ElementKind.UInt8, ElementKind.Int32, ElementKind.Int64]);

    extension<T>(DeviceTensor<T> destination) where T : unmanaged, INumber<T>
    {
        /// <summary>Sets element i, in row-major order, to start + i·step: in double for floating types, in 64-bit integers (which wrap around) else.</summary>
        /// <param name="start">The first element.</param>
        /// <param name="step">The difference of neighbours.</param>
        /// <exception cref="ArgumentException">The tensor is not dense.</exception>
        public void Iota(T start, T step)
        {
            ArgumentNullException.ThrowIfNull(destination);
            destination.RequireDense();
            if (destination.IsEmpty)
            {
                return;
            }

            var floating = ElementTypes.Floating.Contains(ElementType<T>.Kind);
            if (destination.Device is CudaDevice cuda)
            {
                var kernel = cuda.GetKernel(floating ? s_iotaFloating : s_iotaInteger, Types<T>());
                var (first, difference) = floating
                    ? ((KernelArgument)double.CreateTruncating(start), (KernelArgument)double.CreateTruncating(step))
                    : ((KernelArgument)long.CreateTruncating(start), (KernelArgument)long.CreateTruncating(step));
                destination.Stream!.Launch(kernel, LaunchConfig.Cover(destination.FlattenedLength), destination.Output, (long)destination.FlattenedLength, first, difference);
                return;
            }

            using var hold = new BlockHold(destination.Block);
            var elements = ManagedSpan.Of(destination);
            for (nint i = 0; i < destination.FlattenedLength; i++)
            {
                elements[(int)i] = floating
                    ? T.CreateTruncating(double.CreateTruncating(start) + (i * double.CreateTruncating(step)))
                    : T.CreateTruncating(long.CreateTruncating(start) + (i * long.CreateTruncating(step)));
            }
        }
    }
}
