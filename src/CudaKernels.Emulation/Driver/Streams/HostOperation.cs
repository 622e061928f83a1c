using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>Calls a function of the host in stream order.</summary>
internal sealed unsafe class HostOperation : Operation
{
    /// <summary>A CUhostFn, or null when <see cref="Callback"/> is used.</summary>
    public delegate* unmanaged<void*, void> Function { get; set; }

    /// <summary>A CUstreamCallback, which is also told of an error.</summary>
    public delegate* unmanaged<CUstream, CUresult, void*, void> Callback { get; set; }

    public CUstream Stream { get; set; }

    public void* UserData { get; set; }

    public override CUgraphNodeType NodeType => CUgraphNodeType.CU_GRAPH_NODE_TYPE_HOST;

    public override bool Run(SoftwareDevice device)
    {
        SoftwareCall.EnterHostFunction(device);
        try
        {
            if (Function != null)
                Function(UserData);
            else
                Callback(Stream, CUresult.CUDA_SUCCESS, UserData);
        }
        finally
        {
            SoftwareCall.LeaveHostFunction();
        }

        return true;
    }

    public override Operation Copy() => new HostOperation { Function = Function, Callback = Callback, Stream = Stream, UserData = UserData };
}
