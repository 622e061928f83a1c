using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace CudaKernels;

/// <summary>Turns elements of a file into the byte order of this machine.</summary>
internal static class ByteOrder
{
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
