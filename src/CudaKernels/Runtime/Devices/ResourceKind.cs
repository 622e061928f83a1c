namespace CudaKernels;

/// <summary>The driver objects that a device counts, in the order in which it destroys them.</summary>
internal enum ResourceKind
{
    GraphExec,
    Graph,
    Event,
    Stream,
    Library,
}
