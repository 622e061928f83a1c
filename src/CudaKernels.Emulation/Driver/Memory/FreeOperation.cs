using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>Frees memory in stream order.</summary>
internal sealed class FreeOperation : Operation
{
    private bool _isReleased;

    public Allocation? Allocation { get; set; }

    /// <summary>The stream's name, for the report.</summary>
    public string StreamName { get; set; } = "";

    public override CUgraphNodeType NodeType => CUgraphNodeType.CU_GRAPH_NODE_TYPE_MEM_FREE;

    public override bool Run(SoftwareDevice device)
    {
        var allocation = Allocation!;

        // Work of this stream that uses the memory has finished, so what is left belongs to other streams.
        if (allocation.PendingUses > 0)
        {
            device.Reports.Add(new EmulationReport("misuse", $"{allocation} was freed on {StreamName} while work of another stream that uses it had not run: free it on the stream that used it last, or wait for that stream's event first")
            {
                Function = "cuMemFreeAsync",
                Buffer = allocation.ToString(),
            });
        }

        device.Memory.Release(allocation);
        _isReleased = true;
        return true;
    }

    public override void Finish(SoftwareDevice device)
    {
        // Dropped after an error: the memory goes all the same.
        if (!_isReleased)
            device.Memory.Release(Allocation!);
        device.Memory.EndPendingFree();
        _isReleased = false;
        Allocation = null;
    }

    public override Operation Copy() => throw new DriverError(CUresult.CUDA_ERROR_NOT_SUPPORTED);
}
