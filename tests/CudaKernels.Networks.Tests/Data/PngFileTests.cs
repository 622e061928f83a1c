using CudaKernels.Networks;

namespace CudaKernels.Tests.Data;

/// <summary>PNG files of every kind read as they were written, and damaged ones are refused.</summary>
public sealed class PngFileTests
{
    private const int Height = 11;
    private const int Width = 13;

    public static TheoryData<int, int, bool> Kinds
    {
        get
        {
            var kinds = new TheoryData<int, int, bool>();
            foreach (var (colour, depth) in (ReadOnlySpan<(int, int)>)
                [(PngWriter.Grey, 1), (PngWriter.Grey, 2), (PngWriter.Grey, 4), (PngWriter.Grey, 8), (PngWriter.Grey, 16), (PngWriter.GreyAlpha, 8), (PngWriter.GreyAlpha, 16), (PngWriter.Rgb, 8), (PngWriter.Rgb, 16), (PngWriter.Rgba, 8), (PngWriter.Rgba, 16)])
            {
                kinds.Add(colour, depth, false);
                kinds.Add(colour, depth, true);
            }

            return kinds;
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void EveryKindIsReadAsItWasWritten(int colour, int depth, bool isInterlaced)
    {
        var samples = PngWriter.Samples(colour);
        var file = PngWriter.Write(Height, Width, colour, depth, Sample, isInterlaced);
        var same = PngFile.Decode(file, samples);
        Assert.Equal((Height, Width, samples), (same.Height, same.Width, same.Channels));
        Assert.Equal(Pixels(samples, (row, column, k) => Byte(row, column, k)), same.Pixels);

        // To colours with alpha: grey three times, and 255 where there is none.
        var (grey, alpha) = (samples <= 2, samples % 2 == 0);
        var four = PngFile.Decode(file, 4);
        Assert.Equal(Pixels(4, (row, column, k) => k == 3 ? (alpha ? Byte(row, column, samples - 1) : 255) : Byte(row, column, grey ? 0 : k)), four.Pixels);
        if (!grey)
        {
            var one = PngFile.Decode(file, 1);
            Assert.Equal(Pixels(1, (row, column, _) => ((77 * Sample(row, column, 0)) + (150 * Sample(row, column, 1)) + (29 * Sample(row, column, 2))) >> depth), one.Pixels);
        }

        int Sample(int row, int column, int k) => ((row * 40503) + (column * 30011) + (k * 20021) + (row * column * 97)) & ((1 << depth) - 1);

        int Byte(int row, int column, int k) => depth == 16 ? Sample(row, column, k) >> 8 : Sample(row, column, k) * 255 / ((1 << depth) - 1);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    [InlineData(4, false)]
    [InlineData(8, true)]
    public void APaletteGivesItsColoursAndTheirAlpha(int depth, bool isInterlaced)
    {
        var count = Math.Min(1 << depth, 20);
        byte[] colours = [.. Enumerable.Range(0, 3 * count).Select(i => (byte)(11 * i))];
        byte[] alpha = [7, 100];
        var file = PngWriter.Write(Height, Width, PngWriter.Palette, depth, Index, isInterlaced, ("PLTE", colours), ("tRNS", alpha));
        Assert.Equal(Pixels(4, (row, column, k) => k < 3 ? colours[(3 * Index(row, column, 0)) + k] : Index(row, column, 0) is var i && i < alpha.Length ? alpha[i] : 255), PngFile.Decode(file, 4).Pixels);

        int Index(int row, int column, int k) => ((row * 5) + (column * 3) + k) % count;
    }

    [Fact]
    public void TheTransparentColourHasAlphaZero()
    {
        var file = PngWriter.Write(Height, Width, PngWriter.Rgb, 8, (row, column, k) => row == 3 ? 10 * k : 200 + column, false, ("tRNS", [0, 0, 0, 10, 0, 20]));
        Assert.Equal(Pixels(1, (row, _, _) => row == 3 ? 0 : 255), PngFile.Decode(file, 4).Pixels.Chunk(4).Select(pixel => pixel[3]));
    }

    [Fact]
    public void AFileCutAnywhereIsRefused()
    {
        var file = Example();
        for (var length = 0; length < file.Length; length++)
        {
            Assert.Throws<InvalidDataException>(() => PngFile.Decode(file[..length], 3));
        }

        Assert.Equal(PngFile.Decode(file, 3).Pixels, PngFile.Decode([.. file, 1, 2, 3], 3).Pixels);
    }

    [Fact]
    public void AnyChangedByteIsRefused()
    {
        var file = Example();
        for (var place = 0; place < file.Length; place++)
        {
            byte[] changed = [.. file];
            changed[place] ^= 0x10;
            Assert.Throws<InvalidDataException>(() => PngFile.Decode(changed, 3));
        }
    }

    [Fact]
    public void PixelsThatDoNotFillTheImageAreRefused()
    {
        var small = PngWriter.Write(2, 2, PngWriter.Rgb, 8, (_, _, _) => 1);
        var large = PngWriter.Write(20, 20, PngWriter.Rgb, 8, (_, _, _) => 1);
        byte[] mixed = [.. large[..33], .. small[33..]];
        Assert.Throws<InvalidDataException>(() => PngFile.Decode(mixed, 3));
        byte[] none = [.. large[..33], .. PngWriter.Chunk("IEND", [])];
        Assert.Contains("IDAT", Assert.Throws<InvalidDataException>(() => PngFile.Decode(none, 3)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AMessageNamesTheFileAndTheByte()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("no.png", "GIF89a and so on");
        Assert.Contains($"{path}, byte 0: ", Assert.Throws<InvalidDataException>(() => PngFile.Read(path, 3)).Message, StringComparison.Ordinal);
        Assert.Contains($"{path}, byte 0: ", Assert.Throws<InvalidDataException>(() => PngFile.ReadSize(path)).Message, StringComparison.Ordinal);
        var damaged = Example();
        damaged[45] ^= 1;
        var whole = folder.Combine("damaged.png");
        File.WriteAllBytes(whole, damaged);
        Assert.Equal((Height, Width), PngFile.ReadSize(whole));
        Assert.Contains($"{whole}, byte 33: the checksum of chunk 'IDAT'", Assert.Throws<InvalidDataException>(() => PngFile.Read(whole, 3)).Message, StringComparison.Ordinal);
        Assert.Throws<FileNotFoundException>(() => PngFile.Read(folder.Combine("none.png"), 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => PngFile.Decode(Example(), 5));
    }

    private static byte[] Example() => PngWriter.Write(Height, Width, PngWriter.Rgb, 8, (row, column, k) => ((row * 31) + (column * 17) + (k * 5)) & 255);

    private static byte[] Pixels(int channels, Func<int, int, int, int> value) =>
        [.. Enumerable.Range(0, Height * Width * channels).Select(i => (byte)value(i / channels / Width, i / channels % Width, i % channels))];
}
