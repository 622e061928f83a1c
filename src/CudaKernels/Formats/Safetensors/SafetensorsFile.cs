using System.Runtime.InteropServices;

namespace CudaKernels;

/// <summary>
/// An open file of the safetensors format (https://github.com/huggingface/safetensors): named tensors whose types, shapes and places
/// stand in a header, so that each is read on its own. Any thread may read.
/// </summary>
/// <remarks>
/// The file: the length of the header in 64 bits, the header in JSON, then the elements, little-endian and in row-major order. Types:
/// F32, F64, F16, BF16, F8_E4M3, F8_E5M2, I8, U8, I32, I64 and BOOL. <see cref="SafetensorsWriter"/> writes such files.
/// </remarks>
public sealed class SafetensorsFile : IDisposable
{
    // What is held in memory beside the tensor that is read.
    private const int ChunkBytes = 1 << 22;

    private readonly SafetensorsBytes _file;
    private readonly SafetensorsHeader _header;
    private readonly Dictionary<string, SafetensorsEntry> _byName;

    private SafetensorsFile(SafetensorsBytes file)
    {
        _file = file;
        _header = SafetensorsHeader.Read(file);
        _byName = _header.Entries.ToDictionary(entry => entry.Name, StringComparer.Ordinal);
    }

    /// <summary>The file's path as it was given.</summary>
    public string Path => _file.Path;

    /// <summary>What tensors there are, in the order of their data.</summary>
    public IReadOnlyList<SafetensorsEntry> Entries => _header.Entries;

    /// <summary>Texts about the file, its <c>__metadata__</c>.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _header.Metadata;

    /// <summary>What the file says of a tensor.</summary>
    /// <exception cref="KeyNotFoundException">The file has no such tensor.</exception>
    public SafetensorsEntry this[string name] => TryGetEntry(name) ?? throw new KeyNotFoundException($"{Path} has no tensor '{name}'; it has {NamesForMessage()}");

    /// <summary>Opens a file, reads its header and checks it; no element is read.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">
    /// The file is damaged, or holds elements of a type that no tensor has: a header that is longer than the file or than 100,000,000
    /// bytes, no UTF-8 or no JSON of the format, a name that stands twice, an unknown type, a shape whose size overflows or is not that
    /// of its bytes, tensors that overlap, bytes that belong to none or that are missing. The message names the file, the byte and the tensor.
    /// </exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static SafetensorsFile Open(string path)
    {
        var file = new SafetensorsBytes(path);
        try
        {
            return new SafetensorsFile(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>What the file says of a tensor; null where it has none of that name.</summary>
    public SafetensorsEntry? TryGetEntry(string name) => _byName.GetValueOrDefault(name);

    /// <summary>Reads a tensor's elements, in row-major order.</summary>
    /// <typeparam name="T">The C# type of its <see cref="SafetensorsEntry.Kind"/>.</typeparam>
    /// <exception cref="KeyNotFoundException">The file has no such tensor.</exception>
    /// <exception cref="InvalidCastException">The tensor has another type.</exception>
    /// <exception cref="InvalidDataException">A mask has a byte other than 0 and 1, the file was cut meanwhile, or there are more elements than one array can hold.</exception>
    public T[] ToArray<T>(string name) where T : unmanaged
    {
        var entry = Entry<T>(name);
        var count = entry.ByteCount / ElementType<T>.Size;
        if (count > Array.MaxLength)
        {
            throw new InvalidDataException($"{Path}: tensor '{name}' has {count} elements, an array holds at most {Array.MaxLength}");
        }

        var result = GC.AllocateUninitializedArray<T>((int)count);
        for (var first = 0; first < result.Length;)
        {
            var part = result.AsSpan(first, Math.Min(ChunkBytes / ElementType<T>.Size, result.Length - first));
            Read(entry, first, part);
            first += part.Length;
        }

        return result;
    }

    /// <summary>Reads a tensor onto a device.</summary>
    /// <param name="name">The tensor.</param>
    /// <param name="device">The device.</param>
    /// <param name="stream">The stream that orders the tensor's operations; null takes <see cref="ComputeDevice.DefaultStream"/>.</param>
    /// <typeparam name="T">The C# type of its <see cref="SafetensorsEntry.Kind"/>.</typeparam>
    /// <exception cref="KeyNotFoundException">The file has no such tensor.</exception>
    /// <exception cref="InvalidCastException">The tensor has another type.</exception>
    /// <exception cref="InvalidDataException">A mask has a byte other than 0 and 1, or the file was cut meanwhile.</exception>
    /// <exception cref="ArgumentException">It has more dimensions than a tensor can have.</exception>
    public DeviceTensor<T> Load<T>(string name, ComputeDevice device, CudaStream? stream = null) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(device);
        var entry = Entry<T>(name);
        using var result = new PendingTensor<T>(device.Create<T>(TensorLayout.Dense(entry.Lengths), stream));
        CopyTo(entry, result.Tensor);
        return result.Complete();
    }

    /// <summary>Reads a tensor into one of the same shape, which may be strided.</summary>
    /// <typeparam name="T">The C# type of its <see cref="SafetensorsEntry.Kind"/>.</typeparam>
    /// <exception cref="KeyNotFoundException">The file has no such tensor.</exception>
    /// <exception cref="InvalidCastException">The tensor has another type.</exception>
    /// <exception cref="InvalidDataException">A mask has a byte other than 0 and 1, or the file was cut meanwhile.</exception>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public void CopyTo<T>(string name, DeviceTensor<T> destination) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(destination);
        var entry = Entry<T>(name);
        if (!destination.Layout.HasLengths(entry.Lengths))
        {
            throw new ArgumentException($"tensor '{name}' of {Path} has shape {TensorLayout.Format(entry.Lengths)}, it does not fit {destination.Layout}", nameof(destination));
        }

        if (destination.IsDense)
        {
            CopyTo(entry, destination);
            return;
        }

        using var dense = Load<T>(name, destination.Device, destination.Stream);
        dense.CopyTo(destination);
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _file.Dispose();

    private SafetensorsEntry Entry<T>(string name) where T : unmanaged
    {
        var entry = this[name];
        return entry.Kind == ElementType<T>.Kind
            ? entry
            : throw new InvalidCastException($"tensor '{name}' of {Path} holds {ElementTypes.ShortName(entry.Kind)} elements, {ElementTypes.ShortName(ElementType<T>.Kind)} were asked for");
    }

    private void CopyTo<T>(SafetensorsEntry entry, DeviceTensor<T> destination) where T : unmanaged
    {
        using var hold = new BlockHold(destination.Block);
        long count = destination.FlattenedLength;
        var chunk = new T[Math.Min(ChunkBytes / ElementType<T>.Size, count)];
        for (var first = 0L; first < count; first += chunk.Length)
        {
            var part = chunk.AsSpan(0, (int)Math.Min(chunk.Length, count - first));
            Read(entry, first, part);
            destination.Device.CopyFromHost(destination.Block, destination.ByteOffset + ((nuint)first * (nuint)ElementType<T>.Size), MemoryMarshal.AsBytes(part), destination.Stream);
        }
    }

    private void Read<T>(SafetensorsEntry entry, long first, Span<T> destination) where T : unmanaged
    {
        var bytes = MemoryMarshal.AsBytes(destination);
        var offset = _header.DataStart + entry.ByteOffset + (first * ElementType<T>.Size);
        _file.Read(offset, bytes);
        if (entry.Kind == ElementKind.Boolean && bytes.IndexOfAnyExceptInRange((byte)0, (byte)1) is >= 0 and var place)
        {
            throw _file.Invalid(offset + place, $"tensor '{entry.Name}': a mask holds only the bytes 0 and 1, here stands {bytes[place]}");
        }

        ByteOrder.FromLittleEndian(bytes, ElementType<T>.Size);
    }

    private string NamesForMessage()
    {
        const int shown = 8;
        var names = string.Join(", ", Entries.Take(shown).Select(entry => $"'{entry.Name}'"));
        return Entries.Count == 0 ? "none" : Entries.Count <= shown ? names : $"{names} and {Entries.Count - shown} more";
    }
}
