namespace CudaKernels;

/// <summary>What a graph keeps alive, shared by the graph and what was instantiated from it.</summary>
internal sealed class GraphMemory((MemoryBlock Block, bool Writes)[] blocks, object[] kept)
{
    private int _holders = 1;

    public void Acquire() => Interlocked.Increment(ref _holders);

    public void Release()
    {
        if (Interlocked.Decrement(ref _holders) != 0)
            return;
        foreach (var (block, _) in blocks)
            block.Release();
    }

    /// <summary>Orders a launch of the whole graph.</summary>
    public void BeforeLaunch(CudaStream stream)
    {
        foreach (var (block, writes) in blocks)
        {
            if (writes)
                block.BeforeWrite(stream);
            else
                block.BeforeRead(stream);
        }

        GC.KeepAlive(kept);
    }
}
