namespace CudaKernels.Emulation;

/// <summary>What a copy moves: rows of bytes, in one or more slices, at a pitch of their own on each side.</summary>
internal readonly record struct CopyShape(nuint Width, nuint Height, nuint Depth, nuint SourcePitch, nuint SourceSlice, nuint DestinationPitch, nuint DestinationSlice)
{
    public static CopyShape Linear(nuint bytes) => new(bytes, 1, 1, bytes, bytes, bytes, bytes);

    public bool IsEmpty => Width == 0 || Height == 0 || Depth == 0;

    public nuint SourceExtent => IsEmpty ? 0 : (Depth - 1) * SourceSlice + (Height - 1) * SourcePitch + Width;

    public nuint DestinationExtent => IsEmpty ? 0 : (Depth - 1) * DestinationSlice + (Height - 1) * DestinationPitch + Width;
}
