namespace CudaKernels.Tests;

/// <summary>Poolings of floats by vectors are those of doubles, which go window by window: with the first of equal elements, and the first NaN.</summary>
public sealed class LanePoolingTests
{
    public static TheoryData<ImageLayout, int, int, int, int, int, bool> Cases()
    {
        var data = new TheoryData<ImageLayout, int, int, int, int, int, bool>();
        foreach (var layout in Enum.GetValues<ImageLayout>())
        {
            foreach (var (channels, width) in new[] { (1, 8), (3, 17), (8, 5), (13, 37), (16, 64) })
            {
                foreach (var (window, stride, padding) in new[] { (2, 2, 0), (3, 2, 1), (3, 1, 1), (2, 1, 0), (3, 3, 0), (1, 2, 0), (5, 2, 2) })
                {
                    data.Add(layout, channels, width, window, stride, padding, (channels + window) % 2 == 0);
                }
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void FloatsAreAsDoubles(ImageLayout layout, int channels, int width, int window, int stride, int padding, bool countsPadding)
    {
        var options = new Pool2dOptions(window) { Layout = layout, Stride = (stride, stride), Padding = (padding, padding), CountsPadding = countsPadding };
        nint[] lengths = layout == ImageLayout.ChannelsFirst ? [2, channels, 7, width] : [2, 7, width, channels];
        var values = Values(2 * channels * 7 * width);
        using var device = new CpuDevice(new CpuDeviceOptions { Threads = 2 });
        using var x = device.CreateTensor(values, lengths);
        using var wide = device.CreateTensor(Array.ConvertAll(values, value => (double)value), lengths);
        var outputs = options.OutputLengths(lengths);
        using var y = device.CreateUninitializedTensor<float>(outputs);
        using var wideY = device.CreateUninitializedTensor<double>(outputs);
        using var places = device.CreateUninitializedTensor<long>(outputs);
        using var widePlaces = device.CreateUninitializedTensor<long>(outputs);

        x.MaxPool2d(options, y, places);
        wide.MaxPool2d(options, wideY, widePlaces);
        Assert.Equal(widePlaces.ToArray(), places.ToArray());
        Assert.Equal(wideY.ToArray(), Array.ConvertAll(y.ToArray(), value => (double)value));
        x.MaxPool2d(options, y);
        Assert.Equal(wideY.ToArray(), Array.ConvertAll(y.ToArray(), value => (double)value));

        // Quarters sum without rounding; the division rounds.
        x.AveragePool2d(options, y);
        wide.AveragePool2d(options, wideY);
        Assert.Equal(Array.ConvertAll(wideY.ToArray(), value => (float)value), y.ToArray());
    }

    // Few different values, so that many are equal; some NaN and infinities.
    private static float[] Values(int count)
    {
        var random = new Random(3);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(60) switch { 0 => float.NaN, 1 => float.NegativeInfinity, 2 => float.PositiveInfinity, var n => (n - 30) * 0.25f })];
    }
}
