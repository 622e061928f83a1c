namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly ElementwiseKernels s_fill = new("fill", ElementTypes.All);

    extension<T>(DeviceTensor<T> destination) where T : unmanaged
    {
        /// <summary>Sets every element to <paramref name="value"/>.</summary>
        /// <param name="value">The value.</param>
        public void Fill(T value) => Elementwise.Run(s_fill, Types<T>(), new FillBody<T>(value), ElementwiseOperand.Of(destination), parameters: [Scalar(value)]);
    }

    /// <summary>Sets device memory to words of 8 bytes.</summary>
    internal static void FillWords(CudaDevice device, KernelArgument memory, long count, long word, CudaStream? stream)
    {
        if (count == 0)
        {
            return;
        }

        const int wordsPerThread = Elementwise.PackBytes / sizeof(long);
        var config = LaunchConfig.Cover((count + wordsPerThread - 1) / wordsPerThread, Elementwise.BlockSize);
        (stream ?? device.DefaultStream).Launch(device.GetKernel(s_fill.Dense, new KernelTypes(ElementKind.Int64)), config, memory, count, word);
    }

    private readonly unsafe struct FillBody<T>(T value) : IElementwiseBody where T : unmanaged
    {
        public void Run(byte* y, byte* a, byte* b, byte* c, nint count, bool isStreamed) => new Span<T>(y, (int)count).Fill(value);
    }
}
