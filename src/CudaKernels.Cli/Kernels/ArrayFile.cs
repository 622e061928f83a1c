using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace CudaKernels.Cli.Kernels;

/// <summary>npy files of all element types of <c>run</c>: what <see cref="NpyFile"/> has, and the integers that no tensor of the library holds.</summary>
internal static partial class ArrayFile
{
    private const int Prefix = 10;
    private const int Alignment = 64;

    // numpy's name of each.
    private static readonly Dictionary<string, string> s_integers = new() { ["u64"] = "<u8", ["u32"] = "<u4", ["u16"] = "<u2", ["i16"] = "<i2" };

    /// <summary>The elements of a file in row-major order, and their type's name.</summary>
    /// <exception cref="InvalidDataException">The file is damaged, or holds elements of another type.</exception>
    public static (string Type, int Count, byte[] Data) Read(string path)
    {
        if (Integers(path) is { } integers)
        {
            return integers;
        }

        var array = NpyFile.Read(path);
        return (ElementTypes.ShortName(array.Kind), array.Data.Length / ElementTypes.Size(array.Kind), array.Data);
    }

    public static void Write(string path, ElementFormat format, byte[] data, int[] lengths)
    {
        switch (format.Name)
        {
            case "f64": Write<double>(path, data, lengths); break;
            case "f32": Write<float>(path, data, lengths); break;
            case "f16": Write<Half>(path, data, lengths); break;
            case "bf16": Write<BFloat16>(path, data, lengths); break;
            case "f8e4m3": Write<Float8E4M3>(path, data, lengths); break;
            case "f8e5m2": Write<Float8E5M2>(path, data, lengths); break;
            case "i64": Write<long>(path, data, lengths); break;
            case "i32": Write<int>(path, data, lengths); break;
            case "u8": Write<byte>(path, data, lengths); break;
            case "i8": Write<sbyte>(path, data, lengths); break;
            default: WriteIntegers(path, s_integers[format.Name], data, lengths); break;
        }
    }

    private static void Write<T>(string path, byte[] data, int[] lengths) where T : unmanaged => NpyFile.Write(path, MemoryMarshal.Cast<byte, T>(data), [.. lengths.Select(length => (nint)length)]);

    private static void WriteIntegers(string path, string type, byte[] data, int[] lengths)
    {
        var shape = string.Join(", ", lengths.Select(length => length.ToString(CultureInfo.InvariantCulture)));
        var text = $"{{'descr': '{type}', 'fortran_order': False, 'shape': ({shape}{(lengths.Length == 1 ? "," : "")}), }}";
        var start = new byte[(Prefix + text.Length + 1 + Alignment - 1) / Alignment * Alignment];
        ReadOnlySpan<byte> magic = [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0];
        magic.CopyTo(start);
        BinaryPrimitives.WriteUInt16LittleEndian(start.AsSpan(8), (ushort)(start.Length - Prefix));
        start.AsSpan(Prefix).Fill((byte)' ');
        Encoding.ASCII.GetBytes(text, start.AsSpan(Prefix));
        start[^1] = (byte)'\n';
        File.WriteAllBytes(path, [.. start, .. data]);
    }

    // As numpy writes them: version 1.0, row-major. Null for all other files.
    private static (string Type, int Count, byte[] Data)? Integers(string path)
    {
        var bytes = File.ReadAllBytes(path);
        if (bytes is not [0x93, _, _, _, _, _, 1, 0, _, _, ..] || Prefix + BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(8)) is var start && start > bytes.Length)
        {
            return null;
        }

        var match = Header().Match(Encoding.ASCII.GetString(bytes, Prefix, start - Prefix));
        if (s_integers.FirstOrDefault(pair => pair.Value == match.Groups["type"].Value).Key is not { } name)
        {
            return null;
        }

        var size = ElementFormat.Find(name).Size;
        var count = match.Groups["length"].Captures.Aggregate(1L, (product, capture) => product * long.Parse(capture.ValueSpan, CultureInfo.InvariantCulture));
        return bytes.Length - start == count * size
            ? (name, (int)count, bytes[start..])
            : throw new InvalidDataException($"{path} has {bytes.Length - start} bytes of elements, its header tells {count * size}");
    }

    [GeneratedRegex(@"^\{'descr': '(?<type><[iu][248])', 'fortran_order': False, 'shape': \((?:(?<length>\d{1,9}),? ?)*\), \}\s*$")]
    private static partial Regex Header();
}
