using System.IO.Compression;

namespace CudaKernels.Tests;

public sealed class IdxFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ReadsBytesWithTheirShape()
    {
        var array = IdxFile.Read(Save([0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 250]));
        Assert.Equal(ElementKind.UInt8, array.Kind);
        Assert.Equal<nint>([2, 3], array.Lengths);
        Assert.Equal<byte>([1, 2, 3, 4, 5, 250], array.ToArray<byte>());
    }

    [Fact]
    public void ReadsEveryTypeInBigEndianOrder()
    {
        Assert.Equal<sbyte>([-1], IdxFile.Read(Save([0, 0, 9, 1, 0, 0, 0, 1, 0xff])).ToArray<sbyte>());
        Assert.Equal<int>([0x01020304], IdxFile.Read(Save([0, 0, 0xc, 1, 0, 0, 0, 1, 1, 2, 3, 4])).ToArray<int>());
        Assert.Equal<float>([1f, -2f], IdxFile.Read(Save([0, 0, 0xd, 1, 0, 0, 0, 2, 0x3f, 0x80, 0, 0, 0xc0, 0, 0, 0])).ToArray<float>());
        Assert.Equal<double>([1d], IdxFile.Read(Save([0, 0, 0xe, 1, 0, 0, 0, 1, 0x3f, 0xf0, 0, 0, 0, 0, 0, 0])).ToArray<double>());
    }

    [Fact]
    public void ReadsAScalarAndAnEmptyArray()
    {
        var scalar = IdxFile.Read(Save([0, 0, 8, 0, 7]));
        Assert.Empty(scalar.Lengths);
        Assert.Equal<byte>([7], scalar.Data);
        var empty = IdxFile.Read(Save([0, 0, 0xd, 2, 0, 0, 0, 5, 0, 0, 0, 0]));
        Assert.Equal<nint>([5, 0], empty.Lengths);
        Assert.Empty(empty.Data);
    }

    [Fact]
    public void ReadsACompressedFileOfSeveralMegabytes()
    {
        var content = new byte[8 + 5_000_000];
        new byte[] { 0, 0, 8, 1, 0, 0x4c, 0x4b, 0x40 }.CopyTo(content, 0);
        new Random(1).NextBytes(content.AsSpan(8));
        Assert.Equal(content[8..], IdxFile.Read(Save(Compress(content))).Data);
    }

    [Fact]
    public void RefusesToReadElementsAsAnotherType()
    {
        var array = IdxFile.Read(Save([0, 0, 8, 1, 0, 0, 0, 4, 1, 2, 3, 4]));
        var e = Assert.Throws<InvalidCastException>(() => array.ToArray<float>());
        Assert.Contains("u8", e.Message);
        Assert.Contains("f32", e.Message);
    }

    [Theory]
    [InlineData(new byte[] { }, 0, "ends after 0")]
    [InlineData(new byte[] { 0, 0, 8 }, 0, "ends after 3")]
    [InlineData(new byte[] { 1, 2, 8, 1, 0, 0, 0, 1, 9 }, 0, "01 02")]
    [InlineData(new byte[] { 0, 0, 0x0b, 1, 0, 0, 0, 1, 0, 9 }, 2, "0x0b")]
    [InlineData(new byte[] { 0, 0, 0x42, 1, 0, 0, 0, 1, 9 }, 2, "0x42")]
    [InlineData(new byte[] { 0, 0, 8, 2, 0, 0, 0, 1, 0, 0 }, 8, "dimension 1 of 2")]
    [InlineData(new byte[] { 0, 0, 8, 1, 0, 0, 0, 3, 1, 2 }, 8, "3 bytes wanted, the file has 2 more")]
    [InlineData(new byte[] { 0, 0, 8, 1, 0, 0, 0, 1, 1, 2 }, 9, "1 more bytes follow")]
    [InlineData(new byte[] { 0, 0, 8, 1, 0xff, 0xff, 0xff, 0xff, 1 }, 8, "4294967295 bytes wanted")]
    [InlineData(new byte[] { 0, 0, 8, 1, 0x7f, 0, 0, 0, 1 }, 8, "2130706432 bytes wanted, the file has 1 more")]
    [InlineData(new byte[] { 0, 0, 0xe, 3, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff }, 4, "overflows 64 bits")]
    [InlineData(new byte[] { 0, 0, 0xe, 4, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff }, 4, "overflows 64 bits")]
    public void NamesTheDamage(byte[] content, long offset, string expected)
    {
        var path = Save(content);
        var e = Assert.Throws<InvalidDataException>(() => IdxFile.Read(path));
        Assert.StartsWith($"{path}, byte {offset}: ", e.Message, StringComparison.Ordinal);
        Assert.Contains(expected, e.Message);
    }

    [Fact]
    public void ACompressedFileThatClaimsGigabytesCostsNoMemory()
    {
        var path = Save(Compress([0, 0, 8, 1, 0x7f, 0, 0, 0, 1, 2, 3]));
        var before = GC.GetAllocatedBytesForCurrentThread();
        var e = Assert.Throws<InvalidDataException>(() => IdxFile.Read(path));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8 << 20);
        Assert.Contains("byte 8 of the uncompressed data", e.Message);
        Assert.Contains("the file ends after 3", e.Message);
    }

    [Fact]
    public void NamesACutOrDamagedCompressedFile()
    {
        var content = new byte[8 + 100_000];
        new byte[] { 0, 0, 8, 1, 0, 1, 0x86, 0xa0 }.CopyTo(content, 0);
        new Random(2).NextBytes(content.AsSpan(8));
        var whole = Compress(content);
        var cut = Save(whole[..(whole.Length / 2)]);
        Assert.StartsWith(cut, Assert.Throws<InvalidDataException>(() => IdxFile.Read(cut)).Message, StringComparison.Ordinal);

        // The last eight bytes are the checksum and the length (RFC 1952, section 2.3.1).
        whole[^8] ^= 1;
        var damaged = Save(whole);
        Assert.StartsWith(damaged, Assert.Throws<InvalidDataException>(() => IdxFile.Read(damaged)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void RefusesACompressedFileCutAnywhereOrFollowedByAnything()
    {
        var whole = Compress([0, 0, 8, 1, 0, 0, 0, 3, 1, 2, 3]);
        Assert.Equal<byte>([1, 2, 3], IdxFile.Read(Save(whole)).Data);
        for (var length = 0; length < whole.Length; length++)
        {
            var cut = Save(whole[..length]);
            Assert.StartsWith($"{cut}, byte ", Assert.Throws<InvalidDataException>(() => IdxFile.Read(cut)).Message, StringComparison.Ordinal);
        }

        byte[] emptyMember = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        foreach (var tail in new byte[][] { [0], [1, 2, 3], new byte[64], emptyMember, Compress([4]) })
        {
            var longer = Save([.. whole, .. tail]);
            Assert.StartsWith($"{longer}, byte 11 of", Assert.Throws<InvalidDataException>(() => IdxFile.Read(longer)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void AMissingFileIsNotFound() =>
        Assert.Throws<FileNotFoundException>(() => IdxFile.Read(_folder.Combine("none")));

    private static byte[] Compress(byte[] content)
    {
        using var result = new MemoryStream();
        using (var gzip = new GZipStream(result, CompressionLevel.Fastest))
        {
            gzip.Write(content);
        }

        return result.ToArray();
    }

    private string Save(byte[] content)
    {
        var path = _folder.Combine($"{Guid.NewGuid():n}.idx");
        File.WriteAllBytes(path, content);
        return path;
    }
}
