using System.Runtime.InteropServices;
using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>Copies bytes between any two places.</summary>
internal sealed unsafe class CopyOperation : Operation
{
    private MemoryUse _source;
    private MemoryUse _destination;

    public CopyShape Shape { get; private set; }

    public nuint Source => _source.Address;

    public nuint Destination => _destination.Address;

    /// <summary>A copy of pageable host memory, taken when the call was made; freed with the operation.</summary>
    public void* Staging { get; set; }

    public override CUgraphNodeType NodeType => CUgraphNodeType.CU_GRAPH_NODE_TYPE_MEMCPY;

    public void Set(nuint destination, nuint source, in CopyShape shape)
    {
        Shape = shape;
        _source.Begin(source, shape.SourceExtent, isHostAllowed: true, Home is null);
        _destination.Begin(destination, shape.DestinationExtent, isHostAllowed: true, Home is null);
    }

    public override bool Run(SoftwareDevice device)
    {
        _source.ThrowIfGone("a copy read", Home is null);
        _destination.ThrowIfGone("a copy wrote", Home is null);
        var shape = Shape;
        for (nuint slice = 0; slice < shape.Depth; slice++)
        {
            var from = (byte*)_source.Address + slice * shape.SourceSlice;
            var to = (byte*)_destination.Address + slice * shape.DestinationSlice;
            if (shape.Height == 1 || (shape.SourcePitch == shape.Width && shape.DestinationPitch == shape.Width))
            {
                NativeMemory.Copy(from, to, shape.Width * shape.Height);
                DeviceArena.NoteCopied(to, from, shape.Width * shape.Height);
                continue;
            }

            for (nuint row = 0; row < shape.Height; row++)
            {
                NativeMemory.Copy(from + row * shape.SourcePitch, to + row * shape.DestinationPitch, shape.Width);
                DeviceArena.NoteCopied(to + row * shape.DestinationPitch, from + row * shape.SourcePitch, shape.Width);
            }
        }

        return true;
    }

    public override void Finish(SoftwareDevice device)
    {
        _source.End();
        _destination.End();
        NativeMemory.Free(Staging);
        Staging = null;
    }

    public override Operation Copy()
    {
        var copy = new CopyOperation();
        copy.Set(Destination, Source, Shape);
        return copy;
    }
}
