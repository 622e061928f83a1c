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

    private readonly unsafe struct FillBody<T>(T value) : IElementwiseBody where T : unmanaged
    {
        public void Run(byte* y, byte* a, byte* b, byte* c, nint count, bool isStreamed) => new Span<T>(y, (int)count).Fill(value);
    }
}
