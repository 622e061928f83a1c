using System.Security.Cryptography;
using System.Text;

namespace CudaKernels.Networks;

/// <summary>
/// One checkpoint on the disk: a safetensors file whose texts hold the SHA-256 of the file itself, taken with the digits of the digest
/// as zeros, so that every byte is covered, the header's too.
/// </summary>
internal static class CheckpointFile
{
    private const string FormatKey = "format";
    private const string DigestKey = "sha256";
    private const string Format = "cudakernels-checkpoint-1";
    private static readonly string s_noDigest = new('0', 2 * SHA256.HashSizeInBytes);

    /// <summary>Whether a setting may not have this name.</summary>
    public static bool IsReserved(string name) => name is FormatKey or DigestKey;

    /// <summary>Writes a checkpoint and has it put on the disk.</summary>
    public static void Write(string path, SafetensorsWriter content)
    {
        content.Metadata[FormatKey] = Format;
        content.Metadata[DigestKey] = s_noDigest;
        using var file = new FileStream(path, FileMode.Create, FileAccess.ReadWrite, FileShare.None);
        content.WriteTo(file);
        file.Position = 0;
        var digest = SHA256.HashData(file);

        // Unescaped quotes, so that no name, text or setting holds these bytes: each stands in quotes of its own, with those inside escaped.
        file.Position = Locate(file, s_noDigest) ?? throw new InvalidOperationException($"{path}: the digest's place was not found in the header");
        file.Write(Encoding.ASCII.GetBytes(Convert.ToHexStringLower(digest)));
        file.Flush(flushToDisk: true);
    }

    /// <summary>Opens a checkpoint after every byte of it was checked.</summary>
    /// <exception cref="InvalidDataException">It is damaged, or no checkpoint.</exception>
    public static SafetensorsFile Open(string path)
    {
        var file = SafetensorsFile.Open(path);
        try
        {
            if (file.Metadata.GetValueOrDefault(FormatKey) != Format || !file.Metadata.TryGetValue(DigestKey, out var told))
            {
                throw new InvalidDataException($"{path}: no checkpoint: its texts have no '{FormatKey}' of '{Format}' with a '{DigestKey}'");
            }

            var digest = Digest(path, told);
            return digest == told ? file : throw new InvalidDataException($"{path}: damaged: its SHA-256 is {digest}, the file says {told}");
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static string Digest(string path, string told)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        var place = Locate(stream, told) ?? throw new InvalidDataException($"{path}: damaged: the header does not spell its '{DigestKey}' plainly");
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 20];
        stream.Position = 0;
        for (var start = 0L; stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false) is > 0 and var count; start += count)
        {
            var bytes = buffer.AsSpan(0, count);
            var (from, to) = (Math.Clamp(place - start, 0, count), Math.Clamp(place + told.Length - start, 0, count));
            bytes[(int)from..(int)to].Fill((byte)'0');
            hash.AppendData(bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    // Where in the file the digest's digits stand. The header's length was written or checked by the safetensors classes.
    private static long? Locate(FileStream file, string digits)
    {
        file.Position = 0;
        Span<byte> prefix = stackalloc byte[sizeof(ulong)];
        file.ReadExactly(prefix);
        var header = new byte[System.Buffers.Binary.BinaryPrimitives.ReadUInt64LittleEndian(prefix)];
        file.ReadExactly(header);
        var key = $"\"{DigestKey}\":\"";
        var place = header.AsSpan().IndexOf(Encoding.ASCII.GetBytes($"{key}{digits}\""));
        return place < 0 ? null : prefix.Length + place + key.Length;
    }
}
