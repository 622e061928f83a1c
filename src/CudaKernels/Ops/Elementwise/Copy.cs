namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly ElementwiseKernels s_copy = new("copy", ElementBits.Kinds);

    /// <summary>Copies between tensors of one device and one shape, whatever their strides.</summary>
    internal static void Copy<T>(DeviceTensor<T> source, DeviceTensor<T> destination) where T : unmanaged => Copy(ElementwiseOperand.Of(source), destination);

    private static void Copy<T>(in ElementwiseOperand source, DeviceTensor<T> destination) where T : unmanaged
    {
        if (source.Layout.IsDense && destination.IsDense)
        {
            source.RefusePartialOverlap(ElementwiseOperand.Of(destination));
            using var hold = new BlockHold(source.Block, destination.Block);
            var bytes = (nuint)source.Layout.FlattenedLength * (nuint)ElementType<T>.Size;
            if (bytes != 0 && (source.Block != destination.Block || source.ByteOffset != destination.ByteOffset))
            {
                destination.Device.CopyBetween(destination.Block, destination.ByteOffset, source.Block, source.ByteOffset, bytes, destination.Stream);
            }

            return;
        }

        var types = new KernelTypes(ElementBits.Kind(ElementType<T>.Size));
        if (!destination.IsEmpty && TransposedCopy.TryRun(source, destination, types))
        {
            return;
        }

        Elementwise.Run(s_copy, types, new CopyBody<T>(), ElementwiseOperand.Of(destination), source);
    }

    /// <summary>The tensor itself where it is dense, else a dense copy on its stream.</summary>
    internal static DenseTensor<T> AsDense<T>(DeviceTensor<T> tensor) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(tensor);
        return tensor.IsDense ? new DenseTensor<T>(tensor, isCopy: false) : new DenseTensor<T>(tensor.Clone(), isCopy: true);
    }

    /// <summary>Room for a dense result: the destination itself where it is dense, else a tensor of its shape on its stream.</summary>
    /// <param name="destination">Where the result goes; not a broadcast view.</param>
    /// <param name="isPartial">Whether the operation leaves elements as they are: a tensor in its place then starts from what the destination holds.</param>
    internal static DenseResult<T> AsDenseResult<T>(DeviceTensor<T> destination, bool isPartial = false) where T : unmanaged
    {
        if (destination.IsDense)
        {
            return new DenseResult<T>(destination, destination);
        }

        Elementwise.RequireWritable(ElementwiseOperand.Of(destination));
        return new DenseResult<T>(isPartial ? destination.Clone() : NewLike(destination), destination);
    }

    private readonly unsafe struct CopyBody<T> : IElementwiseBody where T : unmanaged
    {
        public static bool CanStream => true;

        public void Run(byte* y, byte* a, byte* b, byte* c, nint count, bool isStreamed)
        {
            if (isStreamed)
            {
                StreamedCopy.Run(a, y, count * sizeof(T));
            }
            else
            {
                new ReadOnlySpan<T>(a, (int)count).CopyTo(new Span<T>(y, (int)count));
            }
        }
    }
}
