using System.Text;

namespace CudaKernels;

/// <summary>Collects tensors and texts, and writes them as a file of the safetensors format; see <see cref="SafetensorsFile"/>.</summary>
/// <remarks>The tensors stand in the file as the reference implementation sorts them, the widest type first, then by name, so that the same content makes the same bytes.</remarks>
/// <example>
/// <code>
/// var writer = new SafetensorsWriter { Metadata = { ["format"] = "pt" } };
/// writer.Add("dense.weight", weight);
/// writer.Save("network.safetensors");
/// </code>
/// </example>
public sealed class SafetensorsWriter
{
    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly Dictionary<string, SafetensorsSource> _sources = new(StringComparer.Ordinal);

    /// <summary>Texts about the file, its <c>__metadata__</c>.</summary>
    public Dictionary<string, string> Metadata { get; } = new(StringComparer.Ordinal);

    /// <summary>Adds a tensor, of any device and with any strides. It must live until the file is written, which takes the elements that it has then.</summary>
    /// <param name="name">A name that no other tensor of the file has.</param>
    /// <param name="tensor">The tensor.</param>
    /// <exception cref="ArgumentException">The name is taken or reserved, or has half of a surrogate pair.</exception>
    /// <typeparam name="T">The element type.</typeparam>
    public void Add<T>(string name, DeviceTensor<T> tensor) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(tensor);
        Add(name, new SafetensorsSource.OfTensor<T>(name, tensor));
    }

    /// <summary>Adds elements on the host; the array is read when the file is written.</summary>
    /// <param name="name">A name that no other tensor of the file has.</param>
    /// <param name="data">The elements in row-major order.</param>
    /// <param name="lengths">The shape; empty for a scalar, which has one element.</param>
    /// <exception cref="ArgumentException">
    /// The name is taken or reserved, or has half of a surrogate pair; or the shape has a negative length, another number of elements than
    /// <paramref name="data"/>, or a size that overflows 64 bits, zeros left out.
    /// </exception>
    /// <typeparam name="T">The element type.</typeparam>
    public void Add<T>(string name, T[] data, ReadOnlySpan<nint> lengths) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(data);
        if (lengths.IndexOfAnyInRange(nint.MinValue, -1) >= 0 || !ArrayBytes.TryCount(lengths, ElementType<T>.Size, out var bytes))
        {
            throw new ArgumentException($"the lengths of a shape are not negative and their product fits 64 bits, got {TensorLayout.Format(lengths)} of {ElementType<T>.Size}-byte elements", nameof(lengths));
        }

        if (bytes / ElementType<T>.Size != data.Length)
        {
            throw new ArgumentException($"shape {TensorLayout.Format(lengths)} has {bytes / ElementType<T>.Size} elements, {data.Length} were given", nameof(lengths));
        }

        Add(name, new SafetensorsSource.OfArray<T>(name, data, lengths.ToArray()));
    }

    /// <summary>Writes the file. One of that name is replaced only once the new one is whole and on the disk.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidOperationException">The header would be longer than readers allow, 100,000,000 bytes.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var file = new UnfinishedFile(path);
        WriteTo(file.Stream);
        file.Complete();
    }

    /// <summary>Writes the bytes of the file.</summary>
    /// <param name="stream">Takes them.</param>
    /// <exception cref="InvalidOperationException">The header would be longer than readers allow, 100,000,000 bytes.</exception>
    public void WriteTo(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        SafetensorsSource[] sources = [.. _sources.Values.OrderByDescending(source => SafetensorsTypes.Rank(source.Kind)).ThenBy(source => source.Name, StringComparer.Ordinal)];
        var entries = new List<SafetensorsEntry>(sources.Length);
        var offset = 0L;
        foreach (var source in sources)
        {
            entries.Add(source.EntryAt(offset));
            offset = checked(offset + source.ByteCount);
        }

        stream.Write(SafetensorsHeader.Format(entries, Metadata));
        foreach (var source in sources)
        {
            source.WriteTo(stream);
        }
    }

    private void Add(string name, SafetensorsSource source)
    {
        ArgumentNullException.ThrowIfNull(name);

        // Throws where the name is no text that UTF-8 can hold: it would come back as another one.
        s_strict.GetByteCount(name);
        if (name == SafetensorsHeaderReader.MetadataKey)
        {
            throw new ArgumentException($"the name '{name}' is reserved for the file's texts", nameof(name));
        }

        if (!_sources.TryAdd(name, source))
        {
            throw new ArgumentException($"there is a tensor '{name}' already", nameof(name));
        }
    }
}
