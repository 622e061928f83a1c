using System.Runtime.InteropServices;

namespace CudaKernels;

/// <summary>The array of an npy file: kind, shape and bytes, in row-major order and the byte order of this machine.</summary>
public sealed class NpyArray
{
    internal NpyArray(ElementKind kind, nint[] lengths, byte[] data) => (Kind, Lengths, Data) = (kind, lengths, data);

    /// <summary>The type of the elements.</summary>
    public ElementKind Kind { get; }

    /// <summary>The length of each dimension, outermost first; empty for a scalar.</summary>
    public nint[] Lengths { get; }

    /// <summary>The elements' bytes.</summary>
    public byte[] Data { get; }

    /// <summary>The elements, without conversion.</summary>
    /// <typeparam name="T">The C# type of <see cref="Kind"/>.</typeparam>
    /// <exception cref="InvalidCastException">The file holds another type.</exception>
    public T[] ToArray<T>() where T : unmanaged => MemoryMarshal.Cast<byte, T>(AsBytes<T>()).ToArray();

    internal ReadOnlySpan<byte> AsBytes<T>() where T : unmanaged => ElementType<T>.Kind == Kind
        ? Data
        : throw new InvalidCastException($"the file holds {ElementTypes.ShortName(Kind)} elements, {ElementTypes.ShortName(ElementType<T>.Kind)} were asked for");
}
