using System.Buffers.Binary;

namespace CudaKernels;

/// <summary>
/// Reads files of the IDX format, in which the MNIST family of data sets is published: two zero bytes, a type code, the number of
/// dimensions, a big-endian 32-bit length per dimension, then the elements, big-endian, in row-major order.
/// </summary>
public static class IdxFile
{
    /// <summary>Reads an IDX file, plain or compressed with gzip (told by content, not by name).</summary>
    /// <remarks>Type codes: 0x08 unsigned byte, 0x09 signed byte, 0x0C int, 0x0D float, 0x0E double. 0x0B (short) has no tensor element type.</remarks>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">
    /// The file is damaged: a wrong magic number, a type code that is unknown or unsupported, a header or data that end early, data
    /// that go on, lengths whose product overflows, or a broken gzip stream. The message names the file, the byte and what stood there.
    /// </exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static IdxArray Read(string path)
    {
        using var file = new FileBytes(path);
        Span<byte> magic = stackalloc byte[4];
        file.ReadExactly(magic, "magic number");
        if (magic[0] != 0 || magic[1] != 0)
        {
            throw file.Invalid(0, $"an IDX file starts with the bytes 00 00, this one with {magic[0]:x2} {magic[1]:x2}");
        }

        var kind = magic[2] switch
        {
            0x08 => ElementKind.UInt8,
            0x09 => ElementKind.Int8,
            0x0c => ElementKind.Int32,
            0x0d => ElementKind.Float32,
            0x0e => ElementKind.Float64,
            0x0b => throw file.Invalid(2, "type code 0x0b (16-bit integers) is not supported: no tensor holds them"),
            var code => throw file.Invalid(2, $"type code 0x{code:x2} is none of 0x08, 0x09, 0x0c, 0x0d, 0x0e"),
        };

        var lengths = new nint[magic[3]];
        Span<byte> length = stackalloc byte[4];
        for (var i = 0; i < lengths.Length; i++)
        {
            file.ReadExactly(length, $"length of dimension {i} of {lengths.Length}");
            lengths[i] = (nint)BinaryPrimitives.ReadUInt32BigEndian(length);
        }

        var bytes = file.CountBytes(lengths, ElementTypes.Size(kind), offset: magic.Length);
        var data = file.ReadBytes(bytes, $"{string.Join(" x ", lengths)} elements of {ElementTypes.ShortName(kind)}");
        file.RequireEnd();
        ByteOrder.FromBigEndian(data, ElementTypes.Size(kind));
        return new IdxArray(kind, lengths, data);
    }
}
