namespace CudaKernels;

/// <summary>What the header of a safetensors file says of one tensor.</summary>
public sealed class SafetensorsEntry
{
    private readonly nint[] _lengths;

    internal SafetensorsEntry(string name, ElementKind kind, nint[] lengths, long byteOffset, long byteCount)
    {
        (Name, Kind, ByteOffset, ByteCount) = (name, kind, byteOffset, byteCount);
        _lengths = lengths;
    }

    /// <summary>The name, which no other tensor of the file has.</summary>
    public string Name { get; }

    /// <summary>The type of the elements.</summary>
    public ElementKind Kind { get; }

    /// <summary>The length of each dimension, outermost first; empty for a scalar.</summary>
    public ReadOnlySpan<nint> Lengths => _lengths;

    /// <summary>Where the elements begin, in bytes from the end of the header.</summary>
    public long ByteOffset { get; }

    /// <summary>How many bytes the elements take.</summary>
    public long ByteCount { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {ElementTypes.ShortName(Kind)} {TensorLayout.Format(_lengths)}";
}
