using System.Buffers.Binary;

namespace CudaKernels.Cli.Kernels;

/// <summary>An element type of <c>run</c>'s arguments: its name, its size, and its values as numbers.</summary>
internal sealed record ElementFormat(string Name, int Size, Func<double, byte[]> Encode, Func<byte[], double> Decode)
{
    public static IReadOnlyList<ElementFormat> All { get; } =
    [
        new("f64", 8, BitConverter.GetBytes, bytes => BitConverter.ToDouble(bytes)),
        new("f32", 4, value => BitConverter.GetBytes((float)value), bytes => BitConverter.ToSingle(bytes)),
        new("f16", 2, value => BitConverter.GetBytes((Half)value), bytes => (double)BitConverter.ToHalf(bytes)),
        new("bf16", 2, value => BitConverter.GetBytes(BFloat16.ToBits((BFloat16)(float)value)), bytes => (float)BFloat16.FromBits(BinaryPrimitives.ReadUInt16LittleEndian(bytes))),
        new("f8e4m3", 1, value => [Float8E4M3.ToBits((Float8E4M3)value)], bytes => (float)Float8E4M3.FromBits(bytes[0])),
        new("f8e5m2", 1, value => [Float8E5M2.ToBits((Float8E5M2)value)], bytes => (float)Float8E5M2.FromBits(bytes[0])),
        new("i64", 8, value => BitConverter.GetBytes(long.CreateSaturating(value)), bytes => BitConverter.ToInt64(bytes)),
        new("i32", 4, value => BitConverter.GetBytes(int.CreateSaturating(value)), bytes => BitConverter.ToInt32(bytes)),
        new("u32", 4, value => BitConverter.GetBytes(uint.CreateSaturating(value)), bytes => BitConverter.ToUInt32(bytes)),
        new("i16", 2, value => BitConverter.GetBytes(short.CreateSaturating(value)), bytes => BitConverter.ToInt16(bytes)),
        new("u8", 1, value => [byte.CreateSaturating(value)], bytes => bytes[0]),
        new("i8", 1, value => [unchecked((byte)sbyte.CreateSaturating(value))], bytes => unchecked((sbyte)bytes[0])),
    ];

    /// <exception cref="UsageException">There is no such type.</exception>
    public static ElementFormat Find(string name) =>
        All.FirstOrDefault(format => format.Name == name) ?? throw new UsageException($"'{name}' is no element type; there are {string.Join(' ', All.Select(format => format.Name))}");
}
