using CudaKernels.Interop;

namespace CudaKernels;

/// <summary>An encoded tensor map together with the memory that it describes: leases and stream order are those of the memory.</summary>
internal sealed unsafe class TensorMapBlock : DescriptorBlock
{
    private const int Alignment = 64; // what the driver asks of the place that it encodes into
    private readonly MemoryBlock? _memory;

    // Pinned, for the driver reads it by its address; whoever holds this block keeps it.
    private readonly byte[] _bytes = GC.AllocateArray<byte>(sizeof(CUtensorMap) + Alignment, pinned: true);

    /// <summary>Takes over a lease on the memory; null where the caller keeps it.</summary>
    public TensorMapBlock(CudaDevice device, nuint address, MemoryBlock? memory)
        : base(device, address, memory?.ByteCount ?? 0, sizeof(CUtensorMap))
    {
        GC.SuppressFinalize(this); // the memory has a finalizer of its own
        _memory = memory;
    }

    public override nuint Descriptor
    {
        get
        {
            fixed (byte* bytes = _bytes)
            {
                return ((nuint)bytes + Alignment - 1) & ~(nuint)(Alignment - 1);
            }
        }
    }

    public CUtensorMap* Map => (CUtensorMap*)Descriptor;

    public override void BeforeRead(CudaStream? stream) => _memory?.BeforeRead(stream);

    public override void BeforeWrite(CudaStream? stream) => _memory?.BeforeWrite(stream);

    protected override void Free() => _memory?.Release();

    // Not called: there is no finalizer, and the memory, unreachable by then too, hands itself back.
    protected override void Abandon()
    {
    }
}
