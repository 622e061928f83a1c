using System.Buffers.Binary;

namespace CudaKernels.Emulation;

/// <summary>The one fact needed of a 64-bit ELF file: its thread-local storage, which holds the kernels' static shared memory.</summary>
internal static class ElfFile
{
    private const int ThreadLocalSegment = 7;

    public static int ThreadLocalBytes(ReadOnlySpan<byte> file)
    {
        var table = (int)BinaryPrimitives.ReadUInt64LittleEndian(file[32..]);
        var size = BinaryPrimitives.ReadUInt16LittleEndian(file[54..]);
        var count = BinaryPrimitives.ReadUInt16LittleEndian(file[56..]);
        for (var i = 0; i < count; i++)
        {
            var segment = file.Slice(table + (i * size), size);
            if (BinaryPrimitives.ReadUInt32LittleEndian(segment) == ThreadLocalSegment)
            {
                return (int)BinaryPrimitives.ReadUInt64LittleEndian(segment[40..]);
            }
        }

        return 0;
    }
}
