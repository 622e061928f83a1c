using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace CudaKernels;

/// <summary>Turns elements between the byte order of a file and that of this machine.</summary>
internal static class ByteOrder
{
    private const int ElementsPerWrite = 1 << 20;

    public static void FromBigEndian(Span<byte> data, int elementBytes)
    {
        if (BitConverter.IsLittleEndian)
        {
            Reverse(data, elementBytes);
        }
    }

    public static void FromLittleEndian(Span<byte> data, int elementBytes)
    {
        if (!BitConverter.IsLittleEndian)
        {
            Reverse(data, elementBytes);
        }
    }

    /// <summary>Writes elements, in pieces: a span of bytes cannot be longer than 2 GiB, a span of wider elements can.</summary>
    public static void WriteLittleEndian<T>(Stream stream, ReadOnlySpan<T> data) where T : unmanaged
    {
        while (!data.IsEmpty)
        {
            var count = Math.Min(ElementsPerWrite, data.Length);
            var bytes = MemoryMarshal.AsBytes(data[..count]);
            data = data[count..];
            if (BitConverter.IsLittleEndian)
            {
                stream.Write(bytes);
                continue;
            }

            var copy = bytes.ToArray();
            Reverse(copy, ElementType<T>.Size);
            stream.Write(copy);
        }
    }

    private static void Reverse(Span<byte> data, int elementBytes)
    {
        switch (elementBytes)
        {
            case 1:
                break;
            case 2:
                var shorts = MemoryMarshal.Cast<byte, ushort>(data);
                BinaryPrimitives.ReverseEndianness(shorts, shorts);
                break;
            case 4:
                var ints = MemoryMarshal.Cast<byte, uint>(data);
                BinaryPrimitives.ReverseEndianness(ints, ints);
                break;
            case 8:
                var longs = MemoryMarshal.Cast<byte, ulong>(data);
                BinaryPrimitives.ReverseEndianness(longs, longs);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(elementBytes), elementBytes, "elements have 1, 2, 4 or 8 bytes");
        }
    }
}
