namespace CudaKernels.Tests.Operations;

/// <summary>Images of bytes made ready: what is exact, what is drawn, and what is refused.</summary>
public sealed class AugmentationTests : IDisposable
{
    private const int Images = 40;
    private const int Height = 9;
    private const int Width = 17;
    private const int Channels = 3;

    private static readonly ImageAugmentation s_all = new()
    {
        Mean = [0.2f, 0.3f, 0.4f],
        Deviation = [0.5f, 0.25f, 0.3f],
        Padding = 2,
        RandomCrop = true,
        FlipProbability = 0.5,
        MaxRotation = 20,
        Brightness = 0.3,
        Contrast = 0.2,
    };

    private readonly CpuDevice _device = new();
    private readonly byte[] _bytes = new byte[Images * Height * Width * Channels];
    private readonly DeviceTensor<byte> _images;
    private readonly DeviceTensor<long> _samples;

    public AugmentationTests()
    {
        new Random(1).NextBytes(_bytes);
        _images = _device.CreateTensor(_bytes, [Images, Height, Width, Channels]);
        _samples = _device.CreateTensor([.. Enumerable.Range(0, Images).Select(i => 7L * i)]);
    }

    public void Dispose()
    {
        _images.Dispose();
        _samples.Dispose();
        _device.Dispose();
    }

    [Fact]
    public void NothingAtRandomIsTheExactNormalisation()
    {
        var options = s_all.ForTest() with { Padding = 0 };
        var y = Result<float>(options, new PhiloxState(1), (Height, Width));
        var expected = Planar((image, row, column, channel) => ((At(image, row, column, channel) / 255f) - options.Mean[channel]) / options.Deviation[channel]);
        Assert.Equal(expected, y);
        Assert.Equal(Array.ConvertAll(expected, value => (Half)value), Result<Half>(options, default, (Height, Width)));
        Assert.Equal(Array.ConvertAll(expected, value => (BFloat16)value), Result<BFloat16>(options, default, (Height, Width)));
    }

    [Fact]
    public void AMirroredImageIsExact()
    {
        var y = Result<float>(new ImageAugmentation { FlipProbability = 1 }, new PhiloxState(2), (Height, Width));
        Assert.Equal(Planar((image, row, column, channel) => At(image, row, Width - 1 - column, channel) / 255f), y);
    }

    [Fact]
    public void TheWindowLiesInTheMiddleOfTheBorderedImage()
    {
        var y = Result<float>(new ImageAugmentation { Padding = 1 }, default, (Height + 2, Width - 3));
        Assert.Equal(0, y[5]);
        Assert.Equal(At(0, 0, 1, 0) / 255f, y[Width - 3]);
        Assert.Equal(At(0, Height - 1, Width - 3, 2) / 255f, y[((Channels - 1) * (Height + 2) * (Width - 3)) + ((Height + 1) * (Width - 3)) - 1]);
    }

    [Fact]
    public void ASampleLooksTheSameInEveryBatch()
    {
        var position = new PhiloxState(3, 5, 1);
        var whole = Result<float>(s_all, position, (8, 8));
        Assert.Equal(whole, Result<float>(s_all, position, (8, 8)));
        Assert.NotEqual(whole, Result<float>(s_all, position with { Seed = 4 }, (8, 8)));
        Assert.NotEqual(whole, Result<float>(s_all, position with { Subsequence = 2 }, (8, 8)));
        const int one = 13;
        using var image = _images.Slice(one..(one + 1));
        using var sample = _samples.Slice(one..(one + 1));
        using var alone = image.AugmentImages<float>(sample, (8, 8), s_all, position);
        Assert.Equal(whole[(one * Channels * 64)..((one + 1) * Channels * 64)], alone.ToArray());
    }

    [Fact]
    public void EveryPlaceAndBothSidesComeAsOftenAsTheyShould()
    {
        const int count = 20_000;
        using var images = _device.CreateTensor<byte>([.. Enumerable.Repeat((byte[])[0, 1, 2, 3, 4], count).SelectMany(row => row)], [count, 1, 5, 1]);
        using var samples = _device.CreateTensor([.. Enumerable.Range(0, count).Select(i => (long)i)]);
        using var y = images.AugmentImages<float>(samples, (1, 2), new ImageAugmentation { RandomCrop = true, FlipProbability = 0.25 }, new PhiloxState(6));
        var pairs = y.ToArray().Chunk(2).GroupBy(pair => ((int)Math.Round(pair[0] * 255), (int)Math.Round(pair[1] * 255))).ToDictionary(group => group.Key, group => group.Count());
        Assert.Equal(8, pairs.Count);
        for (var place = 0; place < 4; place++)
        {
            Assert.InRange(pairs[(place, place + 1)], 3750 - 300, 3750 + 300);
            Assert.InRange(pairs[(place + 1, place)], 1250 - 180, 1250 + 180);
        }
    }

    [Fact]
    public void AnglesAndFactorsFillTheirRanges()
    {
        const int count = 4000;
        using var images = _device.CreateTensor<byte>([.. Enumerable.Repeat((byte)255, count)], [count, 1, 1, 1]);
        using var samples = _device.CreateTensor([.. Enumerable.Range(0, count).Select(i => (long)i)]);
        using var bright = images.AugmentImages<float>(samples, (1, 1), new ImageAugmentation { Brightness = 0.4 }, new PhiloxState(7));
        using var distant = images.AugmentImages<float>(samples, (1, 1), new ImageAugmentation { Mean = [0.5f], Contrast = 0.4 }, new PhiloxState(7));
        foreach (var (values, middle) in new[] { (bright.ToArray(), 1.0), (distant.ToArray(), 0.5) })
        {
            Assert.InRange(values.Min(), 0.6 * middle, 0.605 * middle);
            Assert.InRange(values.Max(), 1.395 * middle, 1.4 * middle);
            Assert.InRange(values.Average(), 0.98 * middle, 1.02 * middle);
        }

        Assert.NotEqual(Array.ConvertAll(bright.ToArray(), value => value / 2), distant.ToArray());
    }

    // A disc turned about its middle is itself; a bar is not.
    [Fact]
    public void ATurnIsAboutTheMiddle()
    {
        const int side = 33;
        byte[] disc = [.. Enumerable.Range(0, side * side).Select(i => (byte)Math.Max(0, 200 - (13 * double.Hypot((i / side) - 16, (i % side) - 16))))];
        byte[] bar = [.. Enumerable.Range(0, side * side).Select(i => (byte)(i % side == 16 ? 200 : 0))];
        using var images = _device.CreateTensor<byte>([.. disc, .. bar], [2, side, side, 1]);
        using var samples = _device.CreateTensor([8L, 8L]);
        using var turned = images.AugmentImages<double>(samples, (side, side), new ImageAugmentation { MaxRotation = 90 }, new PhiloxState(8));
        var y = turned.ToArray();
        Assert.All(Enumerable.Range(0, side * side), i => Assert.Equal(disc[i] / 255.0, y[i], 0.02));
        Assert.Equal(200 / 255.0, y[(side * side) + (16 * side) + 16], 1e-12);
        Assert.True(y[(side * side) + 16] < 0.2, "the end of the bar is still where it was");
    }

    [Fact]
    public void OptionsWithTheSameValuesAreEqual()
    {
        Assert.Equal(s_all, s_all with { Mean = [.. s_all.Mean] });
        Assert.Equal(s_all.GetHashCode(), (s_all with { Mean = [.. s_all.Mean] }).GetHashCode());
        Assert.NotEqual(s_all, s_all with { Deviation = [1] });
        Assert.NotEqual(s_all, s_all.ForTest());
    }

    [Fact]
    public void WhatDoesNotFitIsRefusedWithItsNumbers()
    {
        using var y = _device.CreateZeros<float>([Images, Channels, 10, 17]);
        using var other = _device.CreateZeros<float>([Images, 4, 4, 4]);
        using var few = _device.CreateZeros<long>([3]);
        Assert.Contains("10x17", Refused(() => _images.AugmentImages(_samples, new ImageAugmentation(), default, y)), StringComparison.Ordinal);
        Assert.Contains("[40, 4, 4, 4]", Refused(() => _images.AugmentImages(_samples, new ImageAugmentation(), default, other)), StringComparison.Ordinal);
        Assert.Contains("[3]", Refused(() => _images.AugmentImages(few, new ImageAugmentation { Padding = 1 }, default, y)), StringComparison.Ordinal);
        Assert.Contains("2 for 3 channels", Refused(() => _images.AugmentImages(_samples, new ImageAugmentation { Padding = 1, Mean = [0, 1] }, default, y)), StringComparison.Ordinal);
        Assert.Contains("border of 2000000000", Refused(() => _images.AugmentImages(_samples, new ImageAugmentation { Padding = 2_000_000_000 }, default, y)), StringComparison.Ordinal);
        using var nine = _device.CreateZeros<byte>([1, 2, 2, 9]);
        using var one = _device.CreateZeros<long>([1]);
        Assert.Contains("at most 8 channels", Refused(() => nine.AugmentImages<float>(one, (2, 2), new ImageAugmentation())), StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new ImageAugmentation { MaxRotation = 181 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ImageAugmentation { FlipProbability = double.NaN });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ImageAugmentation { Padding = -1 });
        Assert.Throws<ArgumentException>(() => new ImageAugmentation { Deviation = [1, 0] });
        Assert.Throws<ArgumentException>(() => new ImageAugmentation { Mean = [] });

        static string Refused(Action call) => Assert.ThrowsAny<ArgumentException>(call).Message;
    }

    private byte At(int image, int row, int column, int channel) => _bytes[(((((image * Height) + row) * Width) + column) * Channels) + channel];

    private T[] Result<T>(ImageAugmentation options, PhiloxState position, (nint, nint) size) where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
    {
        using var y = _images.AugmentImages<T>(_samples, size, options, position);
        return y.ToArray();
    }

    private static float[] Planar(Func<int, int, int, int, float> value) =>
    [
        .. from image in Enumerable.Range(0, Images)
           from channel in Enumerable.Range(0, Channels)
           from row in Enumerable.Range(0, Height)
           from column in Enumerable.Range(0, Width)
           select value(image, row, column, channel),
    ];
}
