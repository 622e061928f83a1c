using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>Does nothing: an empty node of a graph, or a place in a stream to wait for.</summary>
internal sealed class MarkerOperation : Operation
{
    public override CUgraphNodeType NodeType => CUgraphNodeType.CU_GRAPH_NODE_TYPE_EMPTY;

    public override bool Run(SoftwareDevice device) => true;

    public override Operation Copy() => new MarkerOperation();
}
