using System.Buffers.Binary;
using System.Text;

namespace CudaKernels.Emulation;

/// <summary>The few facts needed of a 64-bit ELF file: its thread-local storage, which holds the kernels' static shared memory.</summary>
internal static class ElfFile
{
    private const uint ThreadLocalSegment = 7;
    private const uint SymbolTable = 2;
    private const int ThreadLocalSymbol = 6;
    private const int ObjectSymbol = 1;
    private const int SymbolBytes = 24;

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

    /// <summary>Symbol, offset and size of each thread-local variable. The size of a guard, by which a compiler marks a variable as constructed, has its highest bit set.</summary>
    public static IReadOnlyList<(string Symbol, uint Offset, uint Size)> ThreadLocalVariables(ReadOnlySpan<byte> file) =>
        [.. Symbols(file, ThreadLocalSymbol).Select(symbol => (symbol.Name, (uint)symbol.Address, (uint)symbol.Size | (IsGuard(symbol.Name) ? 1u << 31 : 0)))];

    /// <summary>Address in the file's own space and size of each variable that is not thread-local.</summary>
    public static IReadOnlyList<(ulong Address, ulong Size)> Variables(ReadOnlySpan<byte> file) =>
        [.. Symbols(file, ObjectSymbol).Where(symbol => symbol.Size != 0 && !IsGuard(symbol.Name)).Select(symbol => (symbol.Address, symbol.Size))];

    private static List<(string Name, ulong Address, ulong Size)> Symbols(ReadOnlySpan<byte> file, int kind)
    {
        var found = new List<(string, ulong, ulong)>();
        var table = (int)BinaryPrimitives.ReadUInt64LittleEndian(file[40..]);
        var size = BinaryPrimitives.ReadUInt16LittleEndian(file[58..]);
        var count = BinaryPrimitives.ReadUInt16LittleEndian(file[60..]);
        for (var i = 0; i < count; i++)
        {
            var section = file.Slice(table + (i * size), size);
            if (BinaryPrimitives.ReadUInt32LittleEndian(section[4..]) != SymbolTable)
            {
                continue;
            }

            var symbols = Contents(file, section);
            var names = Contents(file, file.Slice(table + ((int)BinaryPrimitives.ReadUInt32LittleEndian(section[40..]) * size), size));
            for (; symbols.Length >= SymbolBytes; symbols = symbols[SymbolBytes..])
            {
                // A symbol without a section is another file's.
                var isDefined = BinaryPrimitives.ReadUInt16LittleEndian(symbols[6..]) != 0;
                var name = names[(int)BinaryPrimitives.ReadUInt32LittleEndian(symbols)..];
                if ((symbols[4] & 15) == kind && isDefined)
                {
                    found.Add((Encoding.UTF8.GetString(name[..name.IndexOf((byte)0)]), BinaryPrimitives.ReadUInt64LittleEndian(symbols[8..]), BinaryPrimitives.ReadUInt64LittleEndian(symbols[16..])));
                }
            }
        }

        return found;
    }

    private static bool IsGuard(string symbol) => symbol.StartsWith("_ZGV", StringComparison.Ordinal);

    private static ReadOnlySpan<byte> Contents(ReadOnlySpan<byte> file, ReadOnlySpan<byte> section) =>
        file.Slice((int)BinaryPrimitives.ReadUInt64LittleEndian(section[24..]), (int)BinaryPrimitives.ReadUInt64LittleEndian(section[32..]));
}
