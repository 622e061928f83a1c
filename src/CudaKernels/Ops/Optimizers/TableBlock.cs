namespace CudaKernels;

/// <summary>
/// A table in device memory together with the memory that its pointers lead to, which it keeps alive. A launch that takes the table
/// orders itself among the streams, and in a capture, after and before whatever touches the tensors, as if each were an argument.
/// </summary>
internal sealed class TableBlock : MemoryBlock
{
    private readonly MemoryBlock _table;
    private readonly (MemoryBlock Block, bool Writes)[] _tensors;

    private TableBlock(MemoryBlock table, (MemoryBlock Block, bool Writes)[] tensors)
        : base(table.Device, table.Address, table.ByteCount)
    {
        GC.SuppressFinalize(this); // every block has a finalizer of its own
        (_table, _tensors) = (table, tensors);
    }

    /// <summary>Takes leases on the table and the tensors, which end with this block's last lease.</summary>
    /// <exception cref="ObjectDisposedException">A tensor is gone.</exception>
    public static TableBlock Create(MemoryBlock table, (MemoryBlock Block, bool Writes)[] tensors)
    {
        MemoryBlock[] all = [table, .. tensors.Select(tensor => tensor.Block)];
        for (var i = 0; i < all.Length; i++)
        {
            if (!all[i].TryAcquire())
            {
                Array.ForEach(all[..i], block => block.Release());
                throw new ObjectDisposedException(nameof(DeviceTensor<>), "a tensor was disposed while a table of it was made");
            }
        }

        return new TableBlock(table, tensors);
    }

    // The kernel only reads the table itself; what it does with a tensor was said when the table was made.
    public override void BeforeRead(CudaStream? stream)
    {
        _table.BeforeRead(stream);
        foreach (var (block, writes) in _tensors)
        {
            if (writes)
            {
                block.BeforeWrite(stream);
            }
            else
            {
                block.BeforeRead(stream);
            }
        }
    }

    public override void BeforeWrite(CudaStream? stream) => BeforeRead(stream);

    protected override void Free()
    {
        _table.Release();
        foreach (var (block, _) in _tensors)
        {
            block.Release();
        }
    }

    // Not called: there is no finalizer, and the blocks, unreachable by then too, hand themselves back.
    protected override void Abandon()
    {
    }
}
