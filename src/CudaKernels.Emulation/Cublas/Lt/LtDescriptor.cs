using System.Collections.Concurrent;
using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>A descriptor of cuBLASLt: the values of its attributes. It is memory of the host and belongs to no device, as the library's own.</summary>
/// <param name="attributes">The attributes that it has.</param>
internal sealed unsafe class LtDescriptor(Dictionary<int, LtAttribute> attributes)
{
    private const int SerialShift = 4;

    private static readonly ConcurrentDictionary<nint, LtDescriptor> s_live = [];

    private static long s_serial;

    private readonly Dictionary<int, ulong> _values = [];

    /// <summary>Whether it describes a product, a matrix or a preference is told by its table.</summary>
    private Dictionary<int, LtAttribute> Attributes { get; } = attributes;

    public static nint Add(LtDescriptor descriptor)
    {
        var handle = (nint)(Interlocked.Increment(ref s_serial) << SerialShift);
        s_live[handle] = descriptor;
        return handle;
    }

    /// <summary>The descriptor behind a handle, where it is of that kind and lives.</summary>
    public static LtDescriptor Find(nint handle, Dictionary<int, LtAttribute> attributes) =>
        s_live.TryGetValue(handle, out var found) && found.Attributes == attributes ? found : throw new BlasError(cublasStatus_t.CUBLAS_STATUS_INVALID_VALUE);

    public static void Remove(nint handle, Dictionary<int, LtAttribute> attributes)
    {
        Find(handle, attributes);
        s_live.TryRemove(handle, out _);
    }

    /// <summary>The value of an attribute, in the low bytes.</summary>
    public ulong Value(int attribute) => _values.TryGetValue(attribute, out var value) ? value : Attributes[attribute].Default;

    public void Put(int attribute, ulong value) => _values[attribute] = value;

    /// <summary>Whether nothing is set but some attributes, or to what it is by default.</summary>
    public bool IsDefaultBut(HashSet<int> others) => _values.All(value => others.Contains(value.Key) || value.Value == Attributes[value.Key].Default);

    public void Set(int attribute, void* buffer, nuint size)
    {
        if (buffer is null || !Attributes.TryGetValue(attribute, out var known) || size != (nuint)known.Size)
            throw new BlasError(cublasStatus_t.CUBLAS_STATUS_INVALID_VALUE);
        ulong value = 0;
        Buffer.MemoryCopy(buffer, &value, sizeof(ulong), known.Size);
        _values[attribute] = value;
    }

    /// <summary>Writes an attribute's value, or of a buffer of no bytes the size that it has to have.</summary>
    public void Get(int attribute, void* buffer, nuint size, nuint* written)
    {
        if (!Attributes.TryGetValue(attribute, out var known) || (size == 0 ? written is null : buffer is null || size != (nuint)known.Size))
            throw new BlasError(cublasStatus_t.CUBLAS_STATUS_INVALID_VALUE);
        var value = Value(attribute);
        if (size != 0)
            Buffer.MemoryCopy(&value, buffer, known.Size, known.Size);
        if (written is not null)
            *written = (nuint)known.Size;
    }
}
