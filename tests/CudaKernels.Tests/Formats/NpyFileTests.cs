using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace CudaKernels.Tests;

public sealed class NpyFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void EveryTypeComesBackAsItWasWritten()
    {
        RoundTrip<float>([1.5f, float.NaN, float.NegativeInfinity, -0f, float.Epsilon, 3f], "<f4");
        RoundTrip<double>([1.5, double.NaN, double.PositiveInfinity, -0d, double.Epsilon, 3], "<f8");
        RoundTrip<Half>([(Half)1.5, Half.NaN, Half.NegativeInfinity, Half.NegativeZero, Half.Epsilon, (Half)3], "<f2");
        RoundTrip<BFloat16>([(BFloat16)1.5f, (BFloat16)(-2f), (BFloat16)0f, (BFloat16)3f, (BFloat16)4f, (BFloat16)5f], "|V2");
        RoundTrip<Float8E4M3>([Float8E4M3.MaxValue, Float8E4M3.NaN, Float8E4M3.NegativeZero, Float8E4M3.Epsilon, (Float8E4M3)3f, Float8E4M3.FromBits(0xFF)], "|V1");
        RoundTrip<Float8E5M2>([Float8E5M2.MaxValue, Float8E5M2.NaN, Float8E5M2.NegativeInfinity, Float8E5M2.Epsilon, (Float8E5M2)3f, Float8E5M2.FromBits(0xFD)], "<f1");
        RoundTrip<sbyte>([1, -1, sbyte.MinValue, sbyte.MaxValue, 0, 5], "|i1");
        RoundTrip<byte>([1, 2, 255, 128, 0, 5], "|u1");
        RoundTrip<int>([1, -1, int.MinValue, int.MaxValue, 0, 5], "<i4");
        RoundTrip<long>([1, -1, long.MinValue, long.MaxValue, 0, 5], "<i8");
        RoundTrip<bool>([true, false, true, true, false, false], "|b1");
    }

    [Theory]
    [InlineData("()", new int[0])]
    [InlineData("(3,)", new[] { 3 })]
    [InlineData("(2, 3)", new[] { 2, 3 })]
    [InlineData("(4, 0, 5)", new[] { 4, 0, 5 })]
    public void WritesTheHeaderThatNumpyWrites(string shape, int[] lengths)
    {
        var shapeLengths = Array.ConvertAll(lengths, length => (nint)length);
        var path = _folder.Combine("a.npy");
        NpyFile.Write<int>(path, new int[lengths.Aggregate(1, (product, length) => product * length)], shapeLengths);
        var bytes = File.ReadAllBytes(path);
        Assert.Equal<byte>([0x93, .. "NUMPY"u8, 1, 0], bytes[..8]);
        var headerBytes = BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(8));
        Assert.Equal(0, (10 + headerBytes) % 64);
        var header = Encoding.ASCII.GetString(bytes, 10, headerBytes);
        Assert.Equal($"{{'descr': '<i4', 'fortran_order': False, 'shape': {shape}, }}", header.TrimEnd());
        Assert.EndsWith("\n", header, StringComparison.Ordinal);
        Assert.Equal(shapeLengths, NpyFile.Read(path).Lengths);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void ReadsEveryVersion(byte version)
    {
        var array = NpyFile.Read(Save(Header("{'descr': '<i4', 'fortran_order': False, 'shape': (2,), }", version), 1, 0, 0, 0, 2, 0, 0, 0));
        Assert.Equal<int>([1, 2], array.ToArray<int>());
    }

    [Fact]
    public void ReadsBigEndianElements()
    {
        Assert.Equal<float>([1f], NpyFile.Read(Save(Header("{'descr': '>f4', 'fortran_order': False, 'shape': ()}"), 0x3f, 0x80, 0, 0)).ToArray<float>());
        Assert.Equal<long>([258], NpyFile.Read(Save(Header("{'descr': '>i8', 'fortran_order': False, 'shape': (1,)}"), 0, 0, 0, 0, 0, 0, 1, 2)).ToArray<long>());
        Assert.Equal<Half>([(Half)1f], NpyFile.Read(Save(Header("{'descr': '>f2', 'fortran_order': False, 'shape': (1,)}"), 0x3c, 0)).ToArray<Half>());
    }

    [Fact]
    public void RearrangesFortranOrder()
    {
        // Element (i, j, k) of lengths 2, 3, 4 has the value 100 i + 10 j + k; in the file the first index runs fastest.
        var content = new List<byte>();
        var expected = new List<byte>();
        for (var k = 0; k < 4; k++)
        {
            for (var j = 0; j < 3; j++)
            {
                for (var i = 0; i < 2; i++)
                {
                    content.Add((byte)((100 * i) + (10 * j) + k));
                }
            }
        }

        for (var i = 0; i < 2; i++)
        {
            for (var j = 0; j < 3; j++)
            {
                for (var k = 0; k < 4; k++)
                {
                    expected.Add((byte)((100 * i) + (10 * j) + k));
                }
            }
        }

        var array = NpyFile.Read(Save(Header("{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3, 4)}"), [.. content]));
        Assert.Equal(expected, array.Data);
        Assert.Equal<nint>([2, 3, 4], array.Lengths);
    }

    [Fact]
    public void RearrangesBigEndianFortranOrderOfWideElements()
    {
        var array = NpyFile.Read(Save(Header("{'descr': '>i4', 'fortran_order': True, 'shape': (2, 2)}"), 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4));
        Assert.Equal<int>([1, 3, 2, 4], array.ToArray<int>());
    }

    [Theory]
    [InlineData("{'descr': '<f4', 'fortran_order': False}", "'shape' is missing")]
    [InlineData("{'descr': '<f4', 'shape': (1,)}", "'fortran_order' is missing")]
    [InlineData("{'fortran_order': False, 'shape': (1,)}", "'descr' is missing")]
    [InlineData("{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (1,)}", "stands twice")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'more': 1}", "unknown key 'more'")]
    [InlineData("{'descr': '<c8', 'fortran_order': False, 'shape': (1,)}", "'<c8'")]
    [InlineData("{'descr': '|f4', 'fortran_order': False, 'shape': (1,)}", "'|f4'")]
    [InlineData("{'descr': '|O', 'fortran_order': False, 'shape': (1,)}", "'|O'")]
    [InlineData("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)}", "a string expected at character 10")]
    [InlineData("{'descr': '<f4', 'fortran_order': Maybe, 'shape': (1,)}", "True or False expected")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1)}", "',' expected")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}", "a length expected")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,)}", "does not fit into 64 bits")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904, 4)}", "overflows 64 bits")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (0, 4611686018427387904, 4)}", "overflows 64 bits")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1,", "found its end")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1,)} x", "the end expected")]
    [InlineData("[1]", "'{' expected")]
    [InlineData("", "'{' expected at character 1 of the header, found its end")]
    public void NamesADamagedHeader(string header, string expected)
    {
        var path = Save(Header(header), 0, 0, 0, 0);
        var e = Assert.Throws<InvalidDataException>(() => NpyFile.Read(path));
        Assert.StartsWith($"{path}, byte 10: ", e.Message, StringComparison.Ordinal);
        Assert.Contains(expected, e.Message);
    }

    [Theory]
    [InlineData(new byte[] { }, 0, "ends after 0")]
    [InlineData(new byte[] { 0x93, 0x4e, 0x55 }, 0, "ends after 3")]
    [InlineData(new byte[] { 0x50, 0x4b, 3, 4, 0, 0, 0, 0, 0, 0 }, 0, "504B03040000")]
    [InlineData(new byte[] { 0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 4, 0, 0, 0 }, 6, "version 4.0")]
    [InlineData(new byte[] { 0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 9 }, 8, "length of the header")]
    [InlineData(new byte[] { 0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 9, 0, 0x7b }, 10, "header: 9 bytes wanted, the file has 1 more")]
    [InlineData(new byte[] { 0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 2, 0, 0xff, 0xff, 0xff, 0x7f, 0x7b }, 8, "a header of 2147483647 bytes")]
    public void NamesADamagedStart(byte[] content, long offset, string expected)
    {
        var path = Save(content);
        var e = Assert.Throws<InvalidDataException>(() => NpyFile.Read(path));
        Assert.StartsWith($"{path}, byte {offset}: ", e.Message, StringComparison.Ordinal);
        Assert.Contains(expected, e.Message);
    }

    [Theory]
    [InlineData("<i4", "(2,)", 7, "8 bytes wanted, the file has 7 more", 0)]
    [InlineData("<i4", "(2,)", 9, "1 more bytes follow", 8)]
    [InlineData("<i4", "(1000000000000,)", 9, "4000000000000 bytes wanted", 0)]
    [InlineData("|u1", "(2000000000,)", 9, "2000000000 bytes wanted, the file has 9 more", 0)]
    [InlineData("|b1", "(3,)", 3, "here stands 2", 1)]
    public void NamesDamagedElements(string type, string shape, int bytes, string expected, int at)
    {
        var header = Header($"{{'descr': '{type}', 'fortran_order': False, 'shape': {shape}}}");
        var path = Save(header, [.. new byte[] { 1, 2, 0, 0, 0, 0, 0, 0, 0 }[..bytes]]);
        var e = Assert.Throws<InvalidDataException>(() => NpyFile.Read(path));
        Assert.StartsWith($"{path}, byte {header.Length + at}: ", e.Message, StringComparison.Ordinal);
        Assert.Contains(expected, e.Message);
    }

    [Fact]
    public void RefusesAShapeThatDoesNotFit()
    {
        Assert.Throws<ArgumentException>(() => NpyFile.Write<int>(_folder.Combine("a.npy"), [1, 2, 3], [2]));
        Assert.Throws<ArgumentException>(() => NpyFile.Write<int>(_folder.Combine("a.npy"), [1], [-1, -1]));
        Assert.Throws<ArgumentException>(() => NpyFile.Write<int>(_folder.Combine("a.npy"), [], [nint.MaxValue, nint.MaxValue, 0]));
        Assert.Throws<ArgumentException>(() => NpyFile.Write<int>(_folder.Combine("a.npy"), [], [0, nint.MaxValue]));
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void AnArrayWrittenInSeveralPiecesIsWhole()
    {
        var path = _folder.Combine("a.npy");
        var values = new int[(2 << 20) + 3];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = i * 40503;
        }

        NpyFile.Write<int>(path, values, [values.Length]);
        Assert.Equal(values, NpyFile.Read(path).ToArray<int>());
    }

    [Fact]
    public void ATensorIsSavedAndLoaded()
    {
        using var device = new CpuDevice();
        using var tensor = device.CreateTensor<float>([1, 2, 3, 4, 5, 6], [2, 3]);
        using var transposed = tensor.TransposeView();
        var path = _folder.Combine("t.npy");
        transposed.SaveNpy(path);
        using var loaded = device.LoadNpy<float>(path);
        Assert.Equal<nint>([3, 2], loaded.Lengths.ToArray());
        Assert.Equal<float>([1, 4, 2, 5, 3, 6], loaded.ToArray());
        Assert.Throws<InvalidCastException>(() => device.LoadNpy<int>(path));
        Assert.Equal([path], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void AScalarAndAnEmptyTensorAreSavedAndLoaded()
    {
        using var device = new CpuDevice();
        var path = _folder.Combine("t.npy");
        using var scalar = device.CreateScalar(42L);
        scalar.SaveNpy(path);
        using var loadedScalar = device.LoadNpy<long>(path);
        Assert.Equal(0, loadedScalar.Rank);
        Assert.Equal(42L, loadedScalar.ToScalar());

        using var empty = device.CreateZeros<float>([3, 0]);
        empty.SaveNpy(path);
        using var loadedEmpty = device.LoadNpy<float>(path);
        Assert.Equal<nint>([3, 0], loadedEmpty.Lengths.ToArray());
    }

    private static byte[] Header(string text, byte version = 1)
    {
        var bytes = Encoding.ASCII.GetBytes(text + "\n");
        byte[] length = version == 1 ? [(byte)bytes.Length, (byte)(bytes.Length >> 8)] : [(byte)bytes.Length, (byte)(bytes.Length >> 8), 0, 0];
        return [0x93, .. "NUMPY"u8, version, 0, .. length, .. bytes];
    }

    private void RoundTrip<T>(T[] values, string type) where T : unmanaged
    {
        var path = _folder.Combine($"{typeof(T).Name}.npy");
        NpyFile.Write<T>(path, values, [2, 3]);
        Assert.Contains($"'descr': '{type}'", Encoding.Latin1.GetString(File.ReadAllBytes(path)));
        var array = NpyFile.Read(path);
        Assert.Equal(ElementType<T>.Kind, array.Kind);
        Assert.Equal<nint>([2, 3], array.Lengths);
        Assert.Equal(MemoryMarshal.AsBytes(values.AsSpan()), MemoryMarshal.AsBytes(array.ToArray<T>().AsSpan()));
    }

    private string Save(byte[] header, params byte[] elements)
    {
        var path = _folder.Combine($"{Guid.NewGuid():n}.npy");
        File.WriteAllBytes(path, [.. header, .. elements]);
        return path;
    }
}
