namespace CudaKernels.Tests.Vocabulary;

/// <summary>im2col loads bring the rows of a convolution's matrix: one pixel of the output after the other, for each place of the filter.</summary>
public sealed class TensorWindowTests(TensorCopyTests.Fixture fixture) : IClassFixture<TensorCopyTests.Fixture>
{
    private const int Channels = 12;
    private const int PerPixel = 8;
    private const int Pixels = 20;

    private CudaDevice Device => fixture.Run.Device;

    // spatial lengths outermost first; a cubic filter of 3 places
    [Theory]
    [InlineData(new[] { 11 }, 1, 1, 1)]
    [InlineData(new[] { 11 }, 2, 2, 2)]
    [InlineData(new[] { 5, 7 }, 1, 1, 1)]
    [InlineData(new[] { 6, 9 }, 0, 2, 1)]
    [InlineData(new[] { 7, 8 }, 2, 1, 2)]
    [InlineData(new[] { 3, 4, 5 }, 1, 1, 1)]
    public void ARowIsWhatTheFilterMeets(int[] spatial, int padding, int stride, int dilation)
    {
        const int images = 2, places = 3;
        var n = spatial.Length;
        int[] lengths = [images, .. spatial, Channels];
        var values = Enumerable.Range(1, lengths.Aggregate((a, b) => a * b)).Select(i => (float)i).ToArray();
        using var tensor = Device.CreateTensor<float>(values, [.. lengths.Select(length => (nint)length)]);
        var window = new TensorMapWindow
        {
            LowerCorner = [.. spatial.Select(_ => -padding)],
            UpperCorner = [.. spatial.Select(_ => padding - ((places - 1) * dilation))],
            ChannelsPerPixel = PerPixel,
            PixelsPerColumn = Pixels,
        };
        using var map = tensor.CreateTensorMap(window, new TensorMapOptions { Swizzle = TensorMapSwizzle.Bytes32, ElementStrides = [1, .. spatial.Select(_ => stride), 1] });
        Assert.Equal(Pixels * PerPixel * 4, map.TileBytes);

        var outputs = spatial.Select(length => ((length + (2 * padding) - ((places - 1) * dilation) - 1) / stride) + 1).ToArray();
        var total = images * outputs.Aggregate((a, b) => a * b);
        for (var first = 0; first < total; first += Pixels)
        {
            for (var place = 0; place < (int)Math.Pow(places, n); place++)
            {
                var filter = Split(place, [.. spatial.Select(_ => places)]);
                for (var channel = 0; channel < Channels; channel += PerPixel)
                {
                    var (image, start) = Pixel(first, outputs);
                    int[] at = [channel, .. start.Select(index => (index * stride) - padding).Reverse(), image];
                    var rows = fixture.Run.LoadWindow<float>(map, at, [.. filter.Select(index => index * dilation).Reverse()]);
                    for (var i = 0; i < Pixels * PerPixel; i++)
                    {
                        var lies = (i * 4 ^ (i * 4 >> 3 & 16)) / 4;
                        Assert.Equal(Met(values, lengths, first + (i / PerPixel), outputs, filter, channel + (i % PerPixel), padding, stride, dilation), rows[lies]);
                    }
                }
            }
        }

        Assert.Empty(fixture.Run.Emulated.Reports);
    }

    private static float Met(float[] values, int[] lengths, int pixel, int[] outputs, int[] filter, int channel, int padding, int stride, int dilation)
    {
        var (image, output) = Pixel(pixel, outputs);
        if (image >= lengths[0] || channel >= Channels)
            return 0;
        var index = image;
        for (var i = 0; i < output.Length; i++)
        {
            var place = (output[i] * stride) - padding + (filter[i] * dilation);
            if (place < 0 || place >= lengths[i + 1])
                return 0;
            index = (index * lengths[i + 1]) + place;
        }

        return values[(index * Channels) + channel];
    }

    private static (int Image, int[] Output) Pixel(int number, int[] outputs)
    {
        var perImage = outputs.Aggregate((a, b) => a * b);
        return (number / perImage, Split(number % perImage, outputs));
    }

    private static int[] Split(int number, int[] lengths)
    {
        var parts = new int[lengths.Length];
        for (var i = lengths.Length - 1; i >= 0; i--)
            (parts[i], number) = (number % lengths[i], number / lengths[i]);
        return parts;
    }
}
