using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace CudaKernels.Tests.Data;

/// <summary>Writes PNG files of every colour type, bit depth and filter, interlaced or not, straight from the specification.</summary>
internal static class PngWriter
{
    public const int Grey = 0;
    public const int Rgb = 2;
    public const int Palette = 3;
    public const int GreyAlpha = 4;
    public const int Rgba = 6;

    // Adam7: the first row and column of each pass, and the steps between them.
    private static readonly (int Row, int Column, int RowStep, int ColumnStep)[] s_passes =
        [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1)];

    public static int Samples(int colour) => colour switch { Grey or Palette => 1, GreyAlpha => 2, Rgb => 3, _ => 4 };

    /// <summary>The bytes of a file.</summary>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="colour">The colour type.</param>
    /// <param name="depth">Bits of a sample.</param>
    /// <param name="sample">The sample at a row, column and channel.</param>
    /// <param name="isInterlaced">Whether in seven passes.</param>
    /// <param name="before">Chunks between the header and the pixels: type and bytes.</param>
    public static byte[] Write(int height, int width, int colour, int depth, Func<int, int, int, int> sample, bool isInterlaced = false, params (string Type, byte[] Bytes)[] before)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9], header[12]) = ((byte)depth, (byte)colour, (byte)(isInterlaced ? 1 : 0));
        var pixels = new MemoryStream();
        using (var zlib = new ZLibStream(pixels, CompressionLevel.Optimal, leaveOpen: true))
        {
            foreach (var (row, column, rowStep, columnStep) in isInterlaced ? s_passes : [(0, 0, 1, 1)])
            {
                WritePass(zlib, (height - row + rowStep - 1) / rowStep, (width - column + columnStep - 1) / columnStep, Samples(colour), depth, (r, c, k) => sample(row + (r * rowStep), column + (c * columnStep), k));
            }
        }

        // In two parts: a decoder must join them.
        var data = pixels.ToArray();
        var file = new MemoryStream();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a]);
        foreach (var (type, bytes) in (ReadOnlySpan<(string, byte[])>)[("IHDR", header), .. before, ("IDAT", data[..(data.Length / 2)]), ("IDAT", data[(data.Length / 2)..]), ("IEND", [])])
        {
            file.Write(Chunk(type, bytes));
        }

        return file.ToArray();
    }

    public static byte[] Chunk(string type, byte[] bytes)
    {
        var chunk = new byte[12 + bytes.Length];
        BinaryPrimitives.WriteInt32BigEndian(chunk, bytes.Length);
        Encoding.ASCII.GetBytes(type, chunk.AsSpan(4));
        bytes.CopyTo(chunk, 8);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(8 + bytes.Length), Checksum(chunk.AsSpan(4, 4 + bytes.Length)));
        return chunk;
    }

    private static void WritePass(Stream to, int height, int width, int samples, int depth, Func<int, int, int, int> sample)
    {
        if (height == 0 || width == 0)
        {
            return;
        }

        var pixelBytes = Math.Max(samples * depth / 8, 1);
        var previous = new byte[((width * samples * depth) + 7) / 8];
        for (var row = 0; row < height; row++)
        {
            var line = new byte[previous.Length];
            for (var i = 0; i < width * samples; i++)
            {
                var value = sample(row, i / samples, i % samples);
                if (depth == 16)
                {
                    BinaryPrimitives.WriteUInt16BigEndian(line.AsSpan(2 * i), (ushort)value);
                }
                else
                {
                    line[i * depth / 8] |= (byte)(value << (8 - depth - (i * depth % 8)));
                }
            }

            var filter = row % 5;
            to.WriteByte((byte)filter);
            for (var i = 0; i < line.Length; i++)
            {
                int left = i < pixelBytes ? 0 : line[i - pixelBytes], up = previous[i], corner = i < pixelBytes ? 0 : previous[i - pixelBytes];
                to.WriteByte((byte)(line[i] - filter switch { 0 => 0, 1 => left, 2 => up, 3 => (left + up) / 2, _ => Paeth(left, up, corner) }));
            }

            previous = line;
        }
    }

    private static int Paeth(int left, int up, int corner)
    {
        var guess = left + up - corner;
        var (a, b, c) = (Math.Abs(guess - left), Math.Abs(guess - up), Math.Abs(guess - corner));
        return a <= b && a <= c ? left : b <= c ? up : corner;
    }

    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var register = uint.MaxValue;
        foreach (var value in bytes)
        {
            register ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                register = (register >> 1) ^ ((register & 1) * 0xEDB88320);
            }
        }

        return ~register;
    }
}
