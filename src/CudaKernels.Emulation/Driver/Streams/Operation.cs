using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>One piece of work of a stream, or the work of one node of a graph.</summary>
internal abstract class Operation
{
    /// <summary>Where the object goes back to when it is done; null for one that a graph holds.</summary>
    public IOperationPool? Home { get; set; }

    public abstract CUgraphNodeType NodeType { get; }

    /// <summary>Whether it can run now. The gate is held.</summary>
    public virtual bool IsReady => true;

    /// <summary>Runs on the executor's thread with no lock held; true when finished, false to be called again when next ready.</summary>
    /// <exception cref="KernelFault">The work failed as a kernel fails; the context is lost.</exception>
    public abstract bool Run(SoftwareDevice device);

    /// <summary>The work is done or was dropped: tell those who wait, let go of what it held. The gate is held.</summary>
    public virtual void Finish(SoftwareDevice device)
    {
    }

    /// <summary>A copy for a graph, to which the graph's own changes apply.</summary>
    public abstract Operation Copy();
}
