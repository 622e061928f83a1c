using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace CudaKernels;

/// <summary>Builds the key of a compiled image: SHA-256 over fields that each carry their length, so that no two lists of fields collide.</summary>
internal sealed class CacheKey : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public CacheKey Add(string field) => Add(Encoding.UTF8.GetBytes(field));

    public CacheKey Add(ReadOnlySpan<byte> field)
    {
        Span<byte> length = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(length, field.Length);
        _hash.AppendData(length);
        _hash.AppendData(field);
        return this;
    }

    /// <summary>A list as one field: its count comes first.</summary>
    public CacheKey Add(IReadOnlyCollection<string> fields)
    {
        Span<byte> count = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(count, fields.Count);
        Add(count);
        foreach (var field in fields)
            Add(field);
        return this;
    }

    /// <summary>The key as 64 hexadecimal digits.</summary>
    public string Finish() => Convert.ToHexStringLower(_hash.GetHashAndReset());

    public void Dispose() => _hash.Dispose();
}
