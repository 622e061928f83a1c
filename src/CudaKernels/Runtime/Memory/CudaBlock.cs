namespace CudaKernels;

/// <summary>Memory of a CUDA device whose touches are ordered between streams.</summary>
internal abstract class CudaBlock(CudaDevice device, nuint address, nuint byteCount, CudaStream stream) : MemoryBlock(device, address, byteCount)
{
    /// <summary>Work outside of captures.</summary>
    public StreamOrder Order { get; } = new(stream);

    public CudaDevice Owner { get; } = device;

    public override void BeforeRead(CudaStream? stream)
    {
        if (ByteCount == 0)
            return;
        var on = stream ?? Owner.OwnStream;
        if (on.Session is { } session)
            session.Touch(this, on, writes: false);
        else
            Order.Read(on);
    }

    public override void BeforeWrite(CudaStream? stream)
    {
        if (ByteCount == 0)
            return;
        var on = stream ?? Owner.OwnStream;
        if (on.Session is { } session)
            session.Touch(this, on, writes: true);
        else
            Order.Write(on);
    }

    /// <summary>Frees a block that its finalizer queued.</summary>
    public void FreeAbandoned() => Free();

    protected override void Abandon() => Owner.Memory.Abandon(this);
}
