using System.Buffers.Binary;
using System.Text;

namespace CudaKernels.Tests;

public sealed class SafetensorsFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void WritesTheBytesOfTheReferenceImplementation()
    {
        // The file of the reference implementation's own test (test_serialization in safetensors/src/tensor.rs).
        var writer = new SafetensorsWriter();
        writer.Add("attn.0", new float[6], [1, 2, 3]);
        byte[] expected = [64, 0, 0, 0, 0, 0, 0, 0, .. "{\"attn.0\":{\"dtype\":\"F32\",\"shape\":[1,2,3],\"data_offsets\":[0,24]}}"u8, .. new byte[24]];
        Assert.Equal(expected, Bytes(writer));
    }

    [Fact]
    public void PadsTheHeaderToAMultipleOfEight()
    {
        var writer = new SafetensorsWriter();
        writer.Add("attn0", new float[6], [1, 1, 2, 3]);
        byte[] expected = [72, 0, 0, 0, 0, 0, 0, 0, .. "{\"attn0\":{\"dtype\":\"F32\",\"shape\":[1,1,2,3],\"data_offsets\":[0,24]}}       "u8, .. new byte[24]];
        Assert.Equal(expected, Bytes(writer));
    }

    [Fact]
    public void LaysTheWidestTypesDownFirstThenByName()
    {
        var writer = new SafetensorsWriter { Metadata = { ["z"] = "1", ["a"] = "é\"\\\n" } };
        writer.Add<bool>("mask", [true, false, true], [3]);
        writer.Add("b", new[] { 1.5f }, []);
        writer.Add("a", new[] { -2f }, [1]);
        writer.Add("n", new[] { 258L }, [1, 1]);
        const string Header = """{"__metadata__":{"a":"é\"\\\n","z":"1"},"n":{"dtype":"I64","shape":[1,1],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[1],"data_offsets":[8,12]},"b":{"dtype":"F32","shape":[],"data_offsets":[12,16]},"mask":{"dtype":"BOOL","shape":[3],"data_offsets":[16,19]}}""";
        byte[] expected = [.. Start(Header.PadRight(Header.Length + Padding(Header))), 2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xc0, 0, 0, 0xc0, 0x3f, 1, 0, 1];
        Assert.Equal(expected, Bytes(writer));

        static int Padding(string header) => (8 - (Encoding.UTF8.GetByteCount(header) % 8)) % 8;
    }

    [Fact]
    public void EveryTypeComesBackAsItWasWritten()
    {
        RoundTrip<float>([1.5f, float.NaN, float.NegativeInfinity, -0f, float.Epsilon, 3f], "F32");
        RoundTrip<double>([1.5, double.NaN, double.PositiveInfinity, -0d, double.Epsilon, 3], "F64");
        RoundTrip<Half>([(Half)1.5, Half.NaN, Half.NegativeInfinity, Half.NegativeZero, Half.Epsilon, (Half)3], "F16");
        RoundTrip<BFloat16>([(BFloat16)1.5f, (BFloat16)(-2f), (BFloat16)0f, (BFloat16)3f, (BFloat16)4f, (BFloat16)5f], "BF16");
        RoundTrip<Float8E4M3>([Float8E4M3.MaxValue, Float8E4M3.NaN, Float8E4M3.NegativeZero, Float8E4M3.Epsilon, (Float8E4M3)3f, Float8E4M3.FromBits(0xFF)], "F8_E4M3");
        RoundTrip<Float8E5M2>([Float8E5M2.MaxValue, Float8E5M2.NaN, Float8E5M2.NegativeInfinity, Float8E5M2.Epsilon, (Float8E5M2)3f, Float8E5M2.FromBits(0xFD)], "F8_E5M2");
        RoundTrip<sbyte>([1, -1, sbyte.MinValue, sbyte.MaxValue, 0, 5], "I8");
        RoundTrip<byte>([1, 2, 255, 128, 0, 5], "U8");
        RoundTrip<int>([1, -1, int.MinValue, int.MaxValue, 0, 5], "I32");
        RoundTrip<long>([1, -1, long.MinValue, long.MaxValue, 0, 5], "I64");
        RoundTrip<bool>([true, false, true, true, false, false], "BOOL");
    }

    [Fact]
    public void ReadsTensorsOntoADeviceAndIntoStridedOnes()
    {
        using var device = new CpuDevice();
        using var matrix = device.CreateTensor<float>([1, 2, 3, 4, 5, 6], [2, 3]);
        using var transposed = matrix.PermuteDimensions([1, 0]);
        var writer = new SafetensorsWriter();
        writer.Add("matrix", matrix);
        writer.Add("transposed", transposed);
        writer.Add("empty", new float[0], [4, 0, 5]);
        writer.Add("scalar", new[] { 7 }, []);
        var path = _folder.Combine("a.safetensors");
        writer.Save(path);

        using var file = SafetensorsFile.Open(path);
        Assert.Equal(["empty: f32 [4, 0, 5]", "matrix: f32 [2, 3]", "transposed: f32 [3, 2]", "scalar: i32 []"], file.Entries.Select(entry => entry.ToString()));
        Assert.Equal([0, 0, 24, 48], file.Entries.Select(entry => entry.ByteOffset));
        Assert.Equal<float>([1, 4, 2, 5, 3, 6], file.ToArray<float>("transposed"));
        Assert.Empty(file.ToArray<float>("empty"));
        using var loaded = file.Load<float>("matrix", device);
        Assert.Equal<float>([1, 2, 3, 4, 5, 6], loaded.ToArray());
        Assert.Equal<nint>([2, 3], loaded.Lengths.ToArray());
        using var scalar = file.Load<int>("scalar", device);
        Assert.Equal((7, 0), (scalar.ToScalar(), scalar.Rank));
        using var empty = file.Load<float>("empty", device);
        Assert.Equal<nint>([4, 0, 5], empty.Lengths.ToArray());

        using var target = device.CreateZeros<float>([2, 3]);
        using var strided = target.PermuteDimensions([1, 0]);
        file.CopyTo("transposed", strided);
        Assert.Equal<float>([1, 2, 3, 4, 5, 6], target.ToArray());
        Assert.Contains("[3, 2]", Assert.Throws<ArgumentException>(() => file.CopyTo("transposed", target)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ATensorLargerThanOneReadComesWhole()
    {
        // 3 million floats are 12 MB; a read takes 4.
        var data = new float[3_000_001];
        for (var i = 0; i < data.Length; i++)
        {
            data[i] = i;
        }

        using var device = new CpuDevice();
        using var tensor = device.CreateTensor(data);
        var writer = new SafetensorsWriter();
        writer.Add("before", new byte[3], [3]);
        writer.Add("large", tensor);
        var path = _folder.Combine("large.safetensors");
        writer.Save(path);
        using var file = SafetensorsFile.Open(path);
        Assert.Equal(data, file.ToArray<float>("large"));
        using var loaded = file.Load<float>("large", device);
        Assert.Equal(data, loaded.ToArray());
    }

    [Fact]
    public void NamesWhatIsNotThereOrOfAnotherType()
    {
        var path = Save("""{"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]},"b":{"dtype":"BOOL","shape":[2],"data_offsets":[4,6]}}""", 0, 0, 0, 0, 1, 2);
        using var file = SafetensorsFile.Open(path);
        Assert.Contains($"{path} has no tensor 'c'; it has 'a', 'b'", Assert.Throws<KeyNotFoundException>(() => file["c"]).Message, StringComparison.Ordinal);
        Assert.Null(file.TryGetEntry("c"));
        Assert.Contains("f32 elements, f64 were asked for", Assert.Throws<InvalidCastException>(() => file.ToArray<double>("a")).Message, StringComparison.Ordinal);
        Assert.EndsWith("tensor 'b': a mask holds only the bytes 0 and 1, here stands 2", Assert.Throws<InvalidDataException>(() => file.ToArray<bool>("b")).Message, StringComparison.Ordinal);
        Assert.Throws<FileNotFoundException>(() => SafetensorsFile.Open(_folder.Combine("none")));
    }

    [Fact]
    public void TheWriterRefusesWhatReadersWould()
    {
        var writer = new SafetensorsWriter();
        writer.Add("a", new[] { 1 }, [1]);
        Assert.Contains("'a' already", Assert.Throws<ArgumentException>(() => writer.Add("a", new[] { 1f }, [1])).Message, StringComparison.Ordinal);
        Assert.Contains("reserved", Assert.Throws<ArgumentException>(() => writer.Add("__metadata__", new[] { 1 }, [1])).Message, StringComparison.Ordinal);
        Assert.ThrowsAny<ArgumentException>(() => writer.Add("\ud800", new[] { 1 }, [1]));
        Assert.Contains("has 2 elements, 1 were given", Assert.Throws<ArgumentException>(() => writer.Add("b", new[] { 1 }, [2])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => writer.Add("b", new int[0], [-1, 0]));
        Assert.Throws<ArgumentException>(() => writer.Add("b", new int[0], [0, nint.MaxValue, 2]));
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "the name 'a' stands twice")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"\u0061":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "the name 'a' stands twice")]
    [InlineData("""{"__metadata__":{},"__metadata__":{}}""", "the name '__metadata__' stands twice")]
    [InlineData("""{"__metadata__":{"k":"v","k":"w"}}""", "__metadata__ has 'k' twice")]
    [InlineData("""{"__metadata__":{"k":1}}""", "'k' of __metadata__: String expected, Number found")]
    [InlineData("""{"__metadata__":[]}""", "__metadata__: StartObject expected, StartArray found")]
    [InlineData("""{"a":{"dtype":"F31","shape":[1],"data_offsets":[0,4]}}""", "tensor 'a': dtype 'F31' is unknown")]
    [InlineData("""{"a":{"dtype":"U16","shape":[2],"data_offsets":[0,4]}}""", "dtype 'U16' is not supported: no tensor holds it")]
    [InlineData("""{"a":{"dtype":1,"shape":[1],"data_offsets":[0,4]}}""", "the dtype of tensor 'a': String expected, Number found")]
    [InlineData("""{"a":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "tensor 'a' has 'dtype' twice")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"more":1}}""", "tensor 'a' has the unknown key 'more'")]
    [InlineData("""{"a":{"shape":[1],"data_offsets":[0,4]}}""", "tensor 'a' has no 'dtype'")]
    [InlineData("""{"a":{"dtype":"F32","data_offsets":[0,4]}}""", "tensor 'a' has no 'shape'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1]}}""", "tensor 'a' has no 'data_offsets'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", "the shape of tensor 'a': whole numbers from 0 to 9223372036854775807 expected, item 0 is none")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1,1.5],"data_offsets":[0,4]}}""", "item 1 is none")]
    [InlineData("""{"a":{"dtype":"F32","shape":[9223372036854775808],"data_offsets":[0,4]}}""", "item 0 is none")]
    [InlineData("""{"a":{"dtype":"F32","shape":1,"data_offsets":[0,4]}}""", "the shape of tensor 'a': StartArray expected, Number found")]
    [InlineData("""{"a":{"dtype":"F32","shape":["1"],"data_offsets":[0,4]}}""", "the shape of tensor 'a': Number expected, String found")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,4]}}""", "overflows 64 bits")]
    [InlineData("""{"a":{"dtype":"F32","shape":[0,4611686018427387904,4],"data_offsets":[0,0]}}""", "overflows 64 bits")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", "a begin and an end that is not before it, got [4, 0]")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}""", "got [0, 4, 8]")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", "tensor 'a', F32 [2], takes 8 bytes, its data_offsets [0, 4] hold 4")]
    [InlineData("""{"a":[]}""", "tensor 'a': StartObject expected, StartArray found")]
    [InlineData("""{"\ud800":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "surrogate")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}} x""", "invalid after")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}""", "depth")]
    [InlineData("""[]""", "the header begins with '{', here stands 0x5b")]
    [InlineData(""" {}""", "the header begins with '{', here stands 0x20")]
    [InlineData("", "it is empty")]
    public void NamesADamagedHeader(string header, string expected)
    {
        var path = Save(header, 0, 0, 0, 0);
        var e = Assert.Throws<InvalidDataException>(() => SafetensorsFile.Open(path));
        Assert.StartsWith($"{path}, byte ", e.Message, StringComparison.Ordinal);
        Assert.Contains(expected, e.Message);
    }

    [Theory]
    [InlineData("0,4", "2,6", "tensor 'b' begins at byte 2 of the data, before the end of tensor 'a' at 4")]
    [InlineData("0,4", "0,4", "tensor 'b' begins at byte 0 of the data, before the end of tensor 'a' at 4")]
    [InlineData("0,4", "6,10", "bytes 4 to 6 of the data, between tensor 'a' and tensor 'b', belong to no tensor")]
    [InlineData("2,6", "6,10", "bytes 0 to 2 of the data, between the header and tensor 'a', belong to no tensor")]
    [InlineData("4,8", "0,4", "the data should end here, after tensor 'a'; 1 more bytes follow")]
    [InlineData("9,13", "0,4", "bytes 4 to 9 of the data, between tensor 'b' and tensor 'a', belong to no tensor")]
    [InlineData("4,8", "8,12", "bytes 0 to 4")]
    public void RefusesOverlapsAndHoles(string first, string second, string expected)
    {
        var path = Save($$$"""{"a":{"dtype":"F32","shape":[1],"data_offsets":[{{{first}}}]},"b":{"dtype":"F32","shape":[1],"data_offsets":[{{{second}}}]}}""", new byte[9]);
        var e = Assert.Throws<InvalidDataException>(() => SafetensorsFile.Open(path));
        Assert.Contains(expected, e.Message);
    }

    [Fact]
    public void RefusesAFileCutAnywhere()
    {
        var writer = new SafetensorsWriter { Metadata = { ["k"] = "v" } };
        writer.Add("a", new[] { 1f, 2f }, [2]);
        writer.Add("b", new[] { 1, 2, 3 }, [3]);
        var bytes = Bytes(writer);
        var path = _folder.Combine("cut.safetensors");
        for (var count = 0; count < bytes.Length; count++)
        {
            File.WriteAllBytes(path, bytes[..count]);
            var e = Assert.Throws<InvalidDataException>(() => SafetensorsFile.Open(path));
            Assert.StartsWith($"{path}, byte ", e.Message, StringComparison.Ordinal);
            if (count == bytes.Length - 1)
            {
                Assert.EndsWith("tensor 'b' ends at byte 20 of the data, the file has 19", e.Message, StringComparison.Ordinal);
            }
        }

        File.WriteAllBytes(path, [.. bytes, 0]);
        Assert.Contains("1 more bytes follow", Assert.Throws<InvalidDataException>(() => SafetensorsFile.Open(path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(100_000_001, "a header of 100000001 bytes, 100000000 are the limit")]
    [InlineData(-1, "a header of 18446744073709551615 bytes, 100000000 are the limit")]
    [InlineData(6, "a header of 6 bytes, the file has 5 after its length")]
    public void RefusesAHeaderLongerThanTheFileOrTheLimit(long count, string expected)
    {
        var path = _folder.Combine("long.safetensors");
        var bytes = new byte[13];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, count);
        File.WriteAllBytes(path, bytes);
        Assert.Equal($"{path}, byte 0: {expected}", Assert.Throws<InvalidDataException>(() => SafetensorsFile.Open(path)).Message);
    }

    [Fact]
    public void RefusesAHeaderThatIsNoUtf8()
    {
        var path = _folder.Combine("latin1.safetensors");
        File.WriteAllBytes(path, [9, 0, 0, 0, 0, 0, 0, 0, .. "{\"a\":\""u8, 0xe9, .. "\"}"u8]);
        Assert.Equal($"{path}, byte 8: the header is no UTF-8", Assert.Throws<InvalidDataException>(() => SafetensorsFile.Open(path)).Message);
    }

    [Fact]
    public void AFailedSaveLeavesTheOldFile()
    {
        var path = _folder.Combine("kept.safetensors");
        File.WriteAllText(path, "old");
        using var device = new CpuDevice();
        var tensor = device.CreateZeros<float>([2]);
        var writer = new SafetensorsWriter();
        writer.Add("a", tensor);
        tensor.Dispose();
        Assert.Throws<ObjectDisposedException>(() => writer.Save(path));
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(_folder.Path));
    }

    private void RoundTrip<T>(T[] data, string type) where T : unmanaged
    {
        var path = _folder.Combine("round.safetensors");
        var writer = new SafetensorsWriter();
        writer.Add("x", data, [2, 3]);
        writer.Save(path);
        Assert.Contains($"\"dtype\":\"{type}\"", Encoding.UTF8.GetString(File.ReadAllBytes(path)), StringComparison.Ordinal);
        using var file = SafetensorsFile.Open(path);
        Assert.Equal(ElementType<T>.Kind, file["x"].Kind);
        Assert.Equal<nint>([2, 3], file["x"].Lengths.ToArray());
        Assert.Equal(data, file.ToArray<T>("x"));
    }

    private static byte[] Bytes(SafetensorsWriter writer)
    {
        using var stream = new MemoryStream();
        writer.WriteTo(stream);
        return stream.ToArray();
    }

    private string Save(string header, params byte[] data)
    {
        var path = _folder.Combine("a.safetensors");
        File.WriteAllBytes(path, [.. Start(header), .. data]);
        return path;
    }

    private static byte[] Start(string header)
    {
        var text = Encoding.UTF8.GetBytes(header);
        var prefix = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(prefix, text.Length);
        return [.. prefix, .. text];
    }
}
