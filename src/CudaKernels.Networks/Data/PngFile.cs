using System.Buffers.Binary;
using System.Text;
using StbImageSharp;

namespace CudaKernels.Networks;

/// <summary>Reads PNG files: every colour type and bit depth, interlaced or not.</summary>
/// <remarks>
/// Grey is made of colours as (77·red + 150·green + 29·blue) / 256, rounded down; colours of grey are three times the grey. Of 16-bit results the
/// upper byte is kept. Where there is no alpha it is 255; where none is asked for it is left out, not blended. Gamma and colour profiles are not applied.
/// The pixels are decoded by StbImageSharp; that the file is whole is checked here, chunk by chunk with the checksums.
/// </remarks>
public static class PngFile
{
    private const int HeaderBytes = 13;
    private const int ChunkFrame = 12;

    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a];

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="channels">1 grey, 2 grey and alpha, 3 red, green and blue, 4 these and alpha.</param>
    /// <exception cref="InvalidDataException">It is no PNG file, is cut or damaged. The message names the file and the byte.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static HostImage Read(string path, int channels) => Decode(File.ReadAllBytes(path), channels, path);

    /// <summary>The height and width of the image in a file, of which no more than the header is read.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">It does not begin as a PNG file does.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static (int Height, int Width) ReadSize(string path)
    {
        using var file = File.OpenRead(path);
        var bytes = new byte[Signature.Length + ChunkFrame + HeaderBytes];
        return Size(bytes.AsSpan(0, file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)), path);
    }

    /// <summary>Decodes the bytes of a file.</summary>
    /// <param name="bytes">All of them.</param>
    /// <param name="channels">1 grey, 2 grey and alpha, 3 red, green and blue, 4 these and alpha.</param>
    /// <param name="name">Where they come from, for messages.</param>
    /// <exception cref="InvalidDataException">It is no PNG file, is cut or damaged.</exception>
    public static HostImage Decode(byte[] bytes, int channels, string name = "the image")
    {
        ArgumentNullException.ThrowIfNull(bytes);
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(channels, 4);
        var (height, width) = Size(bytes, name);
        RequireChunks(bytes, name);
        try
        {
            var image = ImageResult.FromMemory(bytes, (ColorComponents)channels);
            return image.Height == height && image.Width == width && image.Data.Length == (long)height * width * channels
                ? new HostImage(height, width, channels, image.Data)
                : throw new InvalidDataException($"{name}: the header says {height}x{width} pixels, {image.Height}x{image.Width} were decoded");
        }
        catch (Exception e) when (e is not InvalidDataException)
        {
            throw new InvalidDataException($"{name}: damaged PNG data ({e.Message})", e);
        }
    }

    /// <summary>The height and width that the first bytes of a file tell.</summary>
    internal static (int Height, int Width) Size(ReadOnlySpan<byte> bytes, string name)
    {
        if (!bytes.StartsWith(Signature))
        {
            throw Invalid(name, 0, $"a PNG file starts with {Convert.ToHexString(Signature)}, this one with {Convert.ToHexString(bytes[..Math.Min(bytes.Length, Signature.Length)])}");
        }

        var chunk = Chunk(bytes, Signature.Length, name);
        if (chunk.Type != "IHDR" || chunk.Length != HeaderBytes)
        {
            throw Invalid(name, Signature.Length, $"the first chunk is the header, IHDR of {HeaderBytes} bytes; here stands '{chunk.Type}' of {chunk.Length}");
        }

        var header = bytes.Slice(Signature.Length + 8, HeaderBytes);
        var (width, height) = (BinaryPrimitives.ReadUInt32BigEndian(header), BinaryPrimitives.ReadUInt32BigEndian(header[4..]));
        return width is 0 or > int.MaxValue || height is 0 or > int.MaxValue
            ? throw Invalid(name, Signature.Length + 8, $"the header says {height}x{width} pixels")
            : ((int)height, (int)width);
    }

    // From the header to the end chunk, all there and with their checksums; what follows is not looked at.
    private static void RequireChunks(ReadOnlySpan<byte> bytes, string name)
    {
        var hasData = false;
        for (var offset = Signature.Length; ;)
        {
            var (type, length) = Chunk(bytes, offset, name);
            hasData |= type == "IDAT";
            if (type == "IEND")
            {
                break;
            }

            offset += ChunkFrame + length;
        }

        if (!hasData)
        {
            throw Invalid(name, Signature.Length, "there is no chunk of pixels (IDAT)");
        }
    }

    private static (string Type, int Length) Chunk(ReadOnlySpan<byte> bytes, int offset, string name)
    {
        if (bytes.Length - offset < ChunkFrame)
        {
            throw Invalid(name, offset, $"a chunk of {ChunkFrame} bytes or more is wanted, the file ends after {bytes.Length - offset}");
        }

        var length = BinaryPrimitives.ReadUInt32BigEndian(bytes[offset..]);
        var type = Encoding.Latin1.GetString(bytes.Slice(offset + 4, 4));
        if (length > bytes.Length - offset - ChunkFrame)
        {
            throw Invalid(name, offset, $"a chunk '{type}' of {length} bytes, the file has {bytes.Length - offset - ChunkFrame} more");
        }

        var checksum = default(Crc32);
        checksum.Append(bytes.Slice(offset + 4, 4 + (int)length));
        var stored = BinaryPrimitives.ReadUInt32BigEndian(bytes[(offset + 8 + (int)length)..]);
        return checksum.Value == stored
            ? (type, (int)length)
            : throw Invalid(name, offset, $"the checksum of chunk '{type}' is {stored:x8}, its bytes have {checksum.Value:x8}");
    }

    private static InvalidDataException Invalid(string name, int offset, string problem) => new($"{name}, byte {offset}: {problem}");
}
