using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>Sets memory to a repeated value of 1, 2 or 4 bytes.</summary>
internal sealed unsafe class FillOperation : Operation
{
    private MemoryUse _destination;

    public nuint Destination => _destination.Address;

    public nuint Pitch { get; private set; }

    public uint Value { get; private set; }

    public uint ElementSize { get; private set; }

    /// <summary>Elements in a row.</summary>
    public nuint Width { get; private set; }

    public nuint Height { get; private set; }

    public override CUgraphNodeType NodeType => CUgraphNodeType.CU_GRAPH_NODE_TYPE_MEMSET;

    public void Set(nuint destination, nuint pitch, uint value, uint elementSize, nuint width, nuint height)
    {
        if (elementSize is not (1 or 2 or 4) || destination % elementSize != 0 || (height > 1 && (pitch % elementSize != 0 || pitch < width * elementSize)))
            throw new DriverError(CUresult.CUDA_ERROR_INVALID_VALUE);
        (Pitch, Value, ElementSize, Width, Height) = (pitch, value, elementSize, width, height);
        var extent = width == 0 || height == 0 ? 0 : (height - 1) * pitch + width * elementSize;
        _destination.Begin(destination, extent, isHostAllowed: false, Home is null);
    }

    public override bool Run(SoftwareDevice device)
    {
        _destination.ThrowIfGone("a memset wrote", Home is null);
        for (nuint row = 0; row < Height; row++)
        {
            var start = (byte*)_destination.Address + row * Pitch;
            DeviceArena.NoteWritten(start, Width * ElementSize);

            // A span counts to 2^31, device memory beyond.
            const nuint Chunk = 1 << 28;
            for (nuint done = 0; done < Width; done += Chunk)
            {
                var count = (int)nuint.Min(Chunk, Width - done);
                if (ElementSize == 1)
                    new Span<byte>(start + done, count).Fill((byte)Value);
                else if (ElementSize == 2)
                    new Span<ushort>((ushort*)start + done, count).Fill((ushort)Value);
                else
                    new Span<uint>((uint*)start + done, count).Fill(Value);
            }
        }

        return true;
    }

    public override void Finish(SoftwareDevice device) => _destination.End();

    public override Operation Copy()
    {
        var copy = new FillOperation();
        copy.Set(Destination, Pitch, Value, ElementSize, Width, Height);
        return copy;
    }
}
