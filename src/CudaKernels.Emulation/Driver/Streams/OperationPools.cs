namespace CudaKernels.Emulation;

/// <summary>The idle operations of a device.</summary>
internal sealed class OperationPools
{
    public OperationPool<CopyOperation> Copies { get; } = new();

    public OperationPool<FillOperation> Fills { get; } = new();

    public OperationPool<FreeOperation> Frees { get; } = new();

    public OperationPool<HostOperation> HostCalls { get; } = new();

    public OperationPool<MarkerOperation> Markers { get; } = new();

    public OperationPool<EventRecordOperation> Records { get; } = new();

    public OperationPool<EventWaitOperation> Waits { get; } = new();

    public OperationPool<KernelOperation> Kernels { get; } = new();

    public OperationPool<GraphOperation> Graphs { get; } = new();

    public OperationPool<GemmOperation> Products { get; } = new();

    public OperationPool<LtOperation> LtProducts { get; } = new();
}
