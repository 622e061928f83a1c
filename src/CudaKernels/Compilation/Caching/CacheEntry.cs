using System.Security.Cryptography;
using System.Text;

namespace CudaKernels;

/// <summary>A compiled image as it stands in a cache file: a magic word, the SHA-256 of the rest, then the key, format, lowered names, log and bytes.</summary>
internal sealed record CacheEntry(ImageFormat Format, string Target, IReadOnlyDictionary<string, string> LoweredNames, string Log, byte[] Image)
{
    private static ReadOnlySpan<byte> Magic => "CUKIMG01"u8;

    private static int HeaderSize => Magic.Length + SHA256.HashSizeInBytes;

    public byte[] Write(string key)
    {
        using var stream = new MemoryStream(Image.Length + 1024);
        stream.SetLength(HeaderSize);
        stream.Position = HeaderSize;
        using (var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(key);
            writer.Write((int)Format);
            writer.Write(Target);
            writer.Write(LoweredNames.Count);
            foreach (var (expression, lowered) in LoweredNames)
            {
                writer.Write(expression);
                writer.Write(lowered);
            }

            writer.Write(Log);
            writer.Write(Image.Length);
            writer.Write(Image);
        }

        var bytes = stream.ToArray();
        Magic.CopyTo(bytes);
        SHA256.HashData(bytes.AsSpan(HeaderSize), bytes.AsSpan(Magic.Length, SHA256.HashSizeInBytes));
        return bytes;
    }

    /// <exception cref="InvalidDataException">The bytes are not an entry with this key, whole and unchanged.</exception>
    public static CacheEntry Read(byte[] bytes, string key)
    {
        if (bytes.Length < HeaderSize || !bytes.AsSpan(0, Magic.Length).SequenceEqual(Magic))
            throw new InvalidDataException("not a cached image, or cut short");
        if (!SHA256.HashData(bytes.AsSpan(HeaderSize)).AsSpan().SequenceEqual(bytes.AsSpan(Magic.Length, SHA256.HashSizeInBytes)))
            throw new InvalidDataException("the checksum does not match");
        using var reader = new BinaryReader(new MemoryStream(bytes, HeaderSize, bytes.Length - HeaderSize, writable: false), Encoding.UTF8);
        if (reader.ReadString() != key)
            throw new InvalidDataException("the file belongs to another key");
        var format = (ImageFormat)reader.ReadInt32();
        var target = reader.ReadString();
        var count = reader.ReadInt32();
        var names = new Dictionary<string, string>(count, StringComparer.Ordinal);
        for (var i = 0; i < count; i++)
            names.Add(reader.ReadString(), reader.ReadString());
        var log = reader.ReadString();
        return new CacheEntry(format, target, names, log, reader.ReadBytes(reader.ReadInt32()));
    }
}
