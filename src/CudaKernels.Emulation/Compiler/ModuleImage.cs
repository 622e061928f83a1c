using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace CudaKernels.Emulation;

/// <summary>What the software NVRTC gives in place of a cubin: a shared object and how many kernels and variables it names.</summary>
/// <param name="Kernels">Entries ck_entry_0 … in the object.</param>
/// <param name="Globals">Entries ck_global_0 … in the object.</param>
/// <param name="SharedBytes">The static shared memory of all its kernels together.</param>
/// <param name="IsChecked">Whether it was compiled for the checking mode.</param>
/// <param name="Library">The shared object.</param>
internal sealed record ModuleImage(int Kernels, int Globals, int SharedBytes, bool IsChecked, byte[] Library)
{
    private const int DigestBytes = 32;

    private static ReadOnlySpan<byte> Magic => "CKSOFT02"u8;

    /// <summary>A digest of the object, by which its file is named.</summary>
    public string Hash { get; } = Convert.ToHexStringLower(SHA256.HashData(Library));

    public byte[] ToBytes()
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(Magic);
        writer.Write(SHA256.HashData(Library));
        writer.Write(Kernels);
        writer.Write(Globals);
        writer.Write(SharedBytes);
        writer.Write(IsChecked ? 1 : 0);
        writer.Write(Library.Length);
        writer.Write(Library);
        return stream.ToArray();
    }

    /// <summary>Reads an image; false where the bytes are no image or are damaged.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out ModuleImage? image)
    {
        image = null;
        var header = Magic.Length + DigestBytes + (5 * sizeof(int));
        if (bytes.Length < header || !bytes.StartsWith(Magic))
        {
            return false;
        }

        var digest = bytes.Slice(Magic.Length, DigestBytes);
        var numbers = bytes.Slice(Magic.Length + DigestBytes, 5 * sizeof(int));
        var length = BitConverter.ToInt32(numbers[16..]);
        if (length < 0 || bytes.Length < header + length)
        {
            return false;
        }

        var library = bytes.Slice(header, length).ToArray();
        if (!SHA256.HashData(library).AsSpan().SequenceEqual(digest))
        {
            return false;
        }

        image = new ModuleImage(BitConverter.ToInt32(numbers), BitConverter.ToInt32(numbers[4..]), BitConverter.ToInt32(numbers[8..]), BitConverter.ToInt32(numbers[12..]) != 0, library);
        return true;
    }
}
