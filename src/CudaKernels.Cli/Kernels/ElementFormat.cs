using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;

namespace CudaKernels.Cli.Kernels;

/// <summary>An element type of <c>run</c>'s arguments: its name, its size, and its values as numbers.</summary>
/// <param name="Name">Such as <c>f32</c>.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Tile">What a tensor map says of it.</param>
/// <param name="Encode">The bytes of a number; an integer takes the nearest that it has.</param>
/// <param name="Decode">The number, rounded to a double.</param>
/// <param name="Pass">The bytes as a kernel's argument.</param>
/// <param name="Allocate">Memory for so many elements.</param>
/// <param name="Exact">An integer's value; null for floats.</param>
internal sealed record ElementFormat(
    string Name, int Size, TensorMapElement Tile, Func<double, byte[]> Encode, Func<byte[], double> Decode,
    Func<byte[], KernelArgument> Pass, Func<CudaDevice, int, RunBuffer> Allocate, Func<byte[], Int128>? Exact = null)
{
    public static IReadOnlyList<ElementFormat> All { get; } =
    [
        new("f64", 8, TensorMapElement.Float64, BitConverter.GetBytes,
            bytes => BitConverter.ToDouble(bytes), bytes => BitConverter.ToDouble(bytes), RunBuffer.Create<double>),
        new("f32", 4, TensorMapElement.Float32, value => BitConverter.GetBytes((float)value),
            bytes => BitConverter.ToSingle(bytes), bytes => BitConverter.ToSingle(bytes), RunBuffer.Create<float>),
        new("f16", 2, TensorMapElement.Float16, value => BitConverter.GetBytes((Half)value),
            bytes => (double)BitConverter.ToHalf(bytes), bytes => BitConverter.ToHalf(bytes), RunBuffer.Create<Half>),
        new("bf16", 2, TensorMapElement.BFloat16, value => BitConverter.GetBytes(BFloat16.ToBits((BFloat16)(float)value)),
            bytes => (float)Brain(bytes), bytes => Brain(bytes), RunBuffer.Create<BFloat16>),
        new("f8e4m3", 1, TensorMapElement.UInt8, value => [Float8E4M3.ToBits((Float8E4M3)value)],
            bytes => (float)Float8E4M3.FromBits(bytes[0]), bytes => Float8E4M3.FromBits(bytes[0]), RunBuffer.Create<Float8E4M3>),
        new("f8e5m2", 1, TensorMapElement.UInt8, value => [Float8E5M2.ToBits((Float8E5M2)value)],
            bytes => (float)Float8E5M2.FromBits(bytes[0]), bytes => Float8E5M2.FromBits(bytes[0]), RunBuffer.Create<Float8E5M2>),
        Integer<long>("i64", TensorMapElement.Int64, value => value),
        Integer<ulong>("u64", TensorMapElement.UInt64, value => value),
        Integer<int>("i32", TensorMapElement.Int32, value => value),
        Integer<uint>("u32", TensorMapElement.UInt32, value => value),
        Integer<short>("i16", TensorMapElement.UInt16, value => value),
        Integer<ushort>("u16", TensorMapElement.UInt16, value => value),
        Integer<byte>("u8", TensorMapElement.UInt8, value => value),
        Integer<sbyte>("i8", TensorMapElement.UInt8, value => value),
    ];

    /// <exception cref="UsageException">There is no such type.</exception>
    public static ElementFormat Find(string name) =>
        All.FirstOrDefault(format => format.Name == name) ?? throw new UsageException($"'{name}' is no element type; there are {string.Join(' ', All.Select(format => format.Name))}");

    /// <summary>The bytes of a number in the command line, every digit of an integer counted; null where it is none.</summary>
    /// <exception cref="UsageException">An integer has no such value.</exception>
    public byte[]? Parse(string text)
    {
        var isHexadecimal = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        if (Exact is null || !(isHexadecimal ? Int128.TryParse(text[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var whole) : Int128.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out whole)))
        {
            if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
            {
                return null;
            }

            if (Exact is null)
            {
                return Encode(value);
            }

            whole = Math.Abs(value) <= ulong.MaxValue && value == Math.Truncate(value) ? (Int128)value : throw new UsageException($"{Name} has no value {text}");
        }

        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt128LittleEndian(bytes, whole);
        var own = bytes[..Size].ToArray();
        return Exact(own) == whole ? own : throw new UsageException($"{Name} has no value {text}");
    }

    private static BFloat16 Brain(byte[] bytes) => BFloat16.FromBits(BinaryPrimitives.ReadUInt16LittleEndian(bytes));

    private static ElementFormat Integer<T>(string name, TensorMapElement tile, Func<T, KernelArgument> pass) where T : unmanaged, IBinaryInteger<T> =>
        new(name, Marshal.SizeOf<T>(), tile, value => MemoryMarshal.AsBytes([T.CreateSaturating(value)]).ToArray(),
            bytes => double.CreateChecked(MemoryMarshal.Read<T>(bytes)), bytes => pass(MemoryMarshal.Read<T>(bytes)), RunBuffer.Create<T>, bytes => Int128.CreateChecked(MemoryMarshal.Read<T>(bytes)));
}
