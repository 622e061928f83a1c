namespace CudaKernels;

/// <summary>A tensor's memory together with the struct that describes it to kernels (common/tensor_view.cuh). Made once per tensor; leases and stream order are those of the memory.</summary>
internal sealed class TensorViewBlock : DescriptorBlock
{
    private const int LengthsAt = 2;
    private const int StridesAt = LengthsAt + TensorLayout.MaxRank;
    private const int Words = StridesAt + TensorLayout.MaxRank;
    private readonly MemoryBlock _memory;

    // Pinned, for the driver reads it by its address; whoever holds this block keeps it.
    private readonly long[] _words = GC.AllocateArray<long>(Words, pinned: true);

    private TensorViewBlock(MemoryBlock memory, nuint byteOffset, TensorLayout layout)
        : base(memory.Device, memory.Address, memory.ByteCount, Words * sizeof(long))
    {
        GC.SuppressFinalize(this); // the memory has a finalizer of its own
        _memory = memory;
        _words[0] = (long)(memory.Address + byteOffset);
        _words[1] = layout.Rank;
        _words.AsSpan(LengthsAt, TensorLayout.MaxRank).Fill(1);
        for (var i = 0; i < layout.Rank; i++)
        {
            _words[LengthsAt + i] = layout.Lengths[i];
            _words[StridesAt + i] = layout.Strides[i];
        }
    }

    public override unsafe nuint Descriptor
    {
        get
        {
            fixed (long* words = _words)
            {
                return (nuint)words;
            }
        }
    }

    /// <summary>Describes a tensor and takes a lease on its memory, which ends with this block's last lease.</summary>
    /// <exception cref="ObjectDisposedException">The memory is gone.</exception>
    public static TensorViewBlock Create(MemoryBlock memory, nuint byteOffset, TensorLayout layout)
    {
        ObjectDisposedException.ThrowIf(!memory.TryAcquire(), memory);
        return new TensorViewBlock(memory, byteOffset, layout);
    }

    public override void BeforeRead(CudaStream? stream) => _memory.BeforeRead(stream);

    public override void BeforeWrite(CudaStream? stream) => _memory.BeforeWrite(stream);

    protected override void Free() => _memory.Release();

    // Not called: there is no finalizer, and the memory, unreachable by then too, hands itself back.
    protected override void Abandon()
    {
    }
}
