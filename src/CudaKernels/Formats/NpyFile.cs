using System.Buffers.Binary;
using System.Text;

namespace CudaKernels;

/// <summary>Reads and writes files of numpy's npy format, versions 1.0, 2.0 and 3.0: one array per file, with its type and shape.</summary>
/// <remarks>
/// Types: <c>f2 f4 f8 i1 u1 i4 i8 b1</c>. numpy has no bfloat16; it stands in the file as <c>|V2</c> (two raw bytes, little-endian),
/// as ml_dtypes writes it, and reads back in Python with <c>numpy.load(path).view(ml_dtypes.bfloat16)</c>.
/// It has no 8-bit floats either: E4M3 stands there as <c>|V1</c> and E5M2 as <c>f1</c>, as ml_dtypes writes them. numpy reads the first
/// with a view likewise (<c>ml_dtypes.float8_e4m3fn</c>) and refuses the second; safetensors files name both.
/// </remarks>
public static class NpyFile
{
    // numpy itself pads the header so that the elements start at a multiple of 64 bytes.
    private const int Alignment = 64;
    private const int MaxHeaderBytes = 1 << 20;

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Reads an npy file, plain or compressed with gzip (told by content, not by name).</summary>
    /// <remarks>Big-endian elements are converted; an array in Fortran order is rearranged to row-major order.</remarks>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">
    /// The file is damaged or holds elements of another type: a wrong magic number or version, a header that is no such dictionary, data
    /// that end early or go on, lengths whose product overflows, a mask byte other than 0 and 1, a broken gzip stream. Or it holds more
    /// bytes than one .NET array can. The message names the file, the byte and what stood there.
    /// </exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static NpyArray Read(string path)
    {
        using var file = new FileBytes(path);
        var text = ReadHeader(file, out var headerStart);
        var header = Parse(file, text, headerStart);
        var dataStart = file.Offset;
        var size = ElementTypes.Size(header.Kind);
        var bytes = file.CountBytes(header.Lengths, size, headerStart);
        var data = file.ReadBytes(bytes, $"elements of shape ({string.Join(", ", header.Lengths)}), {ElementTypes.ShortName(header.Kind)}");
        file.RequireEnd();
        if (header.Kind == ElementKind.Boolean && data.AsSpan().IndexOfAnyExceptInRange((byte)0, (byte)1) is >= 0 and var place)
        {
            throw file.Invalid(dataStart + place, $"a mask holds only the bytes 0 and 1, here stands {data[place]}");
        }

        if (header.IsBigEndian)
        {
            ByteOrder.FromBigEndian(data, size);
        }
        else
        {
            ByteOrder.FromLittleEndian(data, size);
        }

        return new NpyArray(header.Kind, header.Lengths, header.IsFortranOrder ? FortranOrder.ToRowMajor(data, header.Lengths, size) : data);
    }

    /// <summary>Writes an array as numpy does: little-endian, row-major, version 1.0.</summary>
    /// <remarks>A file of that name is replaced only once the new one is whole.</remarks>
    /// <param name="path">The file.</param>
    /// <param name="data">The elements in row-major order.</param>
    /// <param name="lengths">The shape; empty for a scalar, which has one element.</param>
    /// <exception cref="ArgumentException">The shape has another number of elements than <paramref name="data"/>, a negative length, more than 64 lengths, or a size in bytes that overflows 64 bits, zeros left out.</exception>
    /// <typeparam name="T">The element type.</typeparam>
    public static void Write<T>(string path, ReadOnlySpan<T> data, ReadOnlySpan<nint> lengths) where T : unmanaged
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (lengths.Length > NpyHeader.MaxRank || lengths.IndexOfAnyInRange(nint.MinValue, -1) >= 0)
        {
            throw new ArgumentException($"a shape has at most {NpyHeader.MaxRank} lengths, none negative, got {TensorLayout.Format(lengths)}", nameof(lengths));
        }

        var count = Count<T>(lengths);
        if (count != data.Length)
        {
            throw new ArgumentException($"shape {TensorLayout.Format(lengths)} has {count} elements, {data.Length} were given", nameof(lengths));
        }

        using var file = new UnfinishedFile(path);
        file.Stream.Write(HeaderBytes(ElementType<T>.Kind, lengths));
        ByteOrder.WriteLittleEndian(file.Stream, data);
        file.Complete();
    }

    private static string ReadHeader(FileBytes file, out long headerStart)
    {
        Span<byte> start = stackalloc byte[8];
        file.ReadExactly(start, "magic number and version");
        if (!start[..6].SequenceEqual(Magic))
        {
            throw file.Invalid(0, $"an npy file starts with {Convert.ToHexString(Magic)}, this one with {Convert.ToHexString(start[..6])}");
        }

        var (major, minor) = (start[6], start[7]);
        if (major is < 1 or > 3 || minor != 0)
        {
            throw file.Invalid(6, $"version {major}.{minor} is none of 1.0, 2.0, 3.0");
        }

        Span<byte> length = stackalloc byte[major == 1 ? 2 : 4];
        file.ReadExactly(length, "length of the header");
        long headerBytes = major == 1 ? BinaryPrimitives.ReadUInt16LittleEndian(length) : BinaryPrimitives.ReadUInt32LittleEndian(length);
        headerStart = file.Offset;
        if (headerBytes > MaxHeaderBytes)
        {
            throw file.Invalid(8, $"a header of {headerBytes} bytes is longer than any that describes a tensor ({MaxHeaderBytes} at most)");
        }

        return (major == 3 ? Encoding.UTF8 : Encoding.Latin1).GetString(file.ReadBytes(headerBytes, "header"));
    }

    private static NpyHeader Parse(FileBytes file, string text, long headerStart)
    {
        try
        {
            return NpyHeader.Parse(text);
        }
        catch (FormatException e)
        {
            throw file.Invalid(headerStart, e.Message, e);
        }
    }

    private static byte[] HeaderBytes(ElementKind kind, ReadOnlySpan<nint> lengths)
    {
        const int prefix = 10;
        var text = NpyHeader.Format(kind, lengths);

        // One byte more than the text, for the line end that closes the header.
        var bytes = new byte[(prefix + text.Length + 1 + Alignment - 1) / Alignment * Alignment];
        Magic.CopyTo(bytes);
        bytes[6] = 1;
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(8), checked((ushort)(bytes.Length - prefix)));
        bytes.AsSpan(prefix).Fill((byte)' ');
        Encoding.ASCII.GetBytes(text, bytes.AsSpan(prefix));
        bytes[^1] = (byte)'\n';
        return bytes;
    }

    // As when the file is read: no file is written that would then be refused.
    private static long Count<T>(ReadOnlySpan<nint> lengths) where T : unmanaged => ArrayBytes.TryCount(lengths, ElementType<T>.Size, out var bytes)
        ? bytes / ElementType<T>.Size
        : throw new ArgumentException($"shape {TensorLayout.Format(lengths)} of {ElementType<T>.Size}-byte elements overflows 64 bits", nameof(lengths));
}
