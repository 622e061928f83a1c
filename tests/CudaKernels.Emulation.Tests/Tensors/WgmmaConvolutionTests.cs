namespace CudaKernels.Tests;

/// <summary>The gradients of a convolution by wgmma: which ones tensor maps take, the windows of the phases, the tiles that are chosen.</summary>
public sealed class WgmmaConvolutionTests
{
    private const int Width = 131;
    private const int Channels = 8;

    private static readonly Conv2dOptions s_wgmma = new() { Layout = ImageLayout.ChannelsLast, Algorithm = Conv2dAlgorithm.Wgmma };

    // The corners of the window on the results' gradient and the places of its taps are parts of 16 bits; there the stride divides them.
    [Theory]
    [InlineData(1, 8, 127, 1, 1, true)]
    [InlineData(1, 9, 0, 1, 1, false)]
    [InlineData(2, 1, 0, 1, 1, false)]
    [InlineData(1, 8, 127, 2, 256, true)]
    [InlineData(1, 1, 127, 2, 255, true)]
    [InlineData(1, 1, 127, 2, 256, false)]
    [InlineData(1, 1, 128, 2, 1, true)]
    [InlineData(1, 1, 128, 1, 1, false)]
    [InlineData(1, 1, 129, 3, 1, false)]
    [InlineData(1, 1, 0, 2, 128, true)]
    [InlineData(1, 1, 0, 3, 65, false)]
    public void InputGradientTakesWhatTensorMapsTake(int groups, int stride, int padding, int filter, int dilation, bool isTaken)
    {
        var options = s_wgmma with { Groups = groups, Stride = (1, stride), Padding = (0, padding), Dilation = (1, dilation) };
        using var trial = new Trial(groups, filter, options);
        using var dx = trial.Ones([1, 1, Width, Channels * groups]);
        trial.Gradient.Conv2dInputGradient(trial.Filters, dx, options);
        var hits = from tap in Enumerable.Range(0, filter) from result in Enumerable.Range(0, trial.Results) select (result * stride) - padding + (tap * dilation);
        var counts = hits.Where(pixel => pixel is >= 0 and < Width).CountBy(pixel => pixel).ToDictionary();
        Assert.Equal(from pixel in Enumerable.Range(0, Width) from count in Enumerable.Repeat(Channels * counts.GetValueOrDefault(pixel), Channels * groups) select (Half)count, dx.ToArray());
        Assert.Equal([isTaken ? "convolution/conv2d_input_gradient_wgmma.cu" : "convolution/conv2d_input_gradient_mma.cu"], trial.Compiled);
        Assert.Empty(trial.Emulated.Reports);
    }

    [Theory]
    [InlineData(1, 8, 127, 1, 1, true)]
    [InlineData(1, 9, 0, 1, 1, false)]
    [InlineData(2, 1, 0, 1, 1, false)]
    [InlineData(1, 8, 127, 2, 255, true)]
    [InlineData(1, 8, 127, 2, 256, false)]
    [InlineData(1, 8, 128, 1, 1, false)]
    public void WeightGradientTakesWhatTensorMapsTake(int groups, int stride, int padding, int filter, int dilation, bool isTaken)
    {
        var options = s_wgmma with { Groups = groups, Stride = (1, stride), Padding = (0, padding), Dilation = (1, dilation) };
        using var trial = new Trial(groups, filter, options);
        using var dw = trial.Ones([Channels * groups, 1, filter, Channels]);
        trial.Images.Conv2dWeightGradient(trial.Gradient, dw, options);
        var taps = from tap in Enumerable.Range(0, filter)
                   let count = Enumerable.Range(0, trial.Results).Count(result => (result * stride) - padding + (tap * dilation) is >= 0 and < Width)
                   from one in Enumerable.Repeat((Half)count, Channels)
                   select one;
        Assert.Equal(Enumerable.Repeat(taps, Channels * groups).SelectMany(one => one), dw.ToArray());
        Assert.Equal([isTaken ? "convolution/conv2d_weight_gradient_wgmma.cu" : "convolution/conv2d_weight_gradient_mma.cu"], trial.Compiled);
        Assert.Empty(trial.Emulated.Reports);
    }

    // Their sums have no product: what the weights are is not seen, nor what the gradient is.
    [Fact]
    public void PixelsThatNoTapLeadsToAreTheBias()
    {
        Assert.SkipUnless(EmulatedDevice.IsSupported(out var reason), reason);
        using var emulated = EmulatedDevice.Open();
        using var dy = emulated.Device.CreateTensor<BFloat16>([.. Enumerable.Repeat(BFloat16.NaN, 3 * 3 * 8)], [1, 3, 3, 8]);
        using var w = emulated.Device.CreateTensor<BFloat16>([.. Enumerable.Repeat(BFloat16.NaN, 8 * 8)], [8, 1, 1, 8]);
        using var bias = emulated.Device.CreateTensor<BFloat16>([.. Enumerable.Range(0, 8).Select(i => (BFloat16)i)], [8]);
        using var dx = dy.ConvTranspose2d(w, bias, s_wgmma with { Stride = (2, 3) }, outputPadding: (1, 2));
        var values = dx.ToArray();
        Assert.Equal([1, 6, 9, 8], dx.Lengths.ToArray());
        for (var i = 0; i < values.Length; i++)
        {
            var (row, column, channel) = (i / 8 / 9, i / 8 % 9, i % 8);
            Assert.Equal(row % 2 == 0 && column % 3 == 0 ? BFloat16.NaN : (BFloat16)channel, values[i]);
        }

        Assert.Empty(emulated.Reports);
    }

    // From the definition: the places of the results, there or not, that the first pixel of each phase meets.
    [Fact]
    public void WindowsOfPhasesBeginAtTheFarthestTap()
    {
        var count = 0;
        foreach (var (length, filter, stride, padding, dilation) in from length in new[] { 1, 2, 3, 7, 12 } from filter in new[] { 1, 2, 3, 5 } from stride in Enumerable.Range(1, 5) from padding in new[] { 0, 1, 4 } from dilation in Enumerable.Range(1, 4) select (length, filter, stride, padding, dilation))
        {
            var outLength = (((length + (2 * padding)) - (dilation * (filter - 1)) - 1) / stride) + 1;
            var met = (from pixel in Enumerable.Range(0, Math.Min(stride, length))
                       from tap in Enumerable.Range(0, filter)
                       let place = pixel + padding - (tap * dilation)
                       where place % stride == 0
                       select place / stride).DefaultIfEmpty(0).ToArray();
            var axis = PatchAxis.OfPhases(length, outLength, filter, stride, padding, dilation);
            Assert.Equal((met.Min(), met.Max() - met.Min(), 1), (axis.Lower, axis.Reach, axis.Step));
            Assert.Equal((length + stride - 1) / stride, outLength + axis.Upper - axis.Lower);
            count++;
        }

        Assert.Equal(5 * 4 * 5 * 3 * 4, count);
    }

    [Theory]
    [InlineData(ConvolutionPass.Forward, 128, 64, Conv2dAlgorithm.WgmmaSlim)]
    [InlineData(ConvolutionPass.Forward, 128, 128, Conv2dAlgorithm.WgmmaNarrow)]
    [InlineData(ConvolutionPass.Forward, 64, 512, Conv2dAlgorithm.WgmmaCluster)]
    [InlineData(ConvolutionPass.InputGradient, 64, 512, Conv2dAlgorithm.WgmmaSlim)]
    [InlineData(ConvolutionPass.InputGradient, 512, 64, Conv2dAlgorithm.WgmmaCluster)]
    [InlineData(ConvolutionPass.WeightGradient, 512, 128, Conv2dAlgorithm.Wgmma)]
    [InlineData(ConvolutionPass.WeightGradient, 512, 1024, Conv2dAlgorithm.WgmmaCluster)]
    internal void TheEstimateChoosesTheTile(ConvolutionPass pass, int channels, int filters, Conv2dAlgorithm expected)
    {
        var shape = ConvolutionShape.Of([256, 56, 56, channels], [filters, 3, 3, channels], s_wgmma with { Padding = (1, 1) });
        Assert.Equal(expected, WgmmaConvolution.Of(shape, pass).Fastest(multiprocessors: 132));
    }

    // The taps are shared among the phases that images have pixels of; the columns of the filters' gradient are whole boxes.
    [Fact]
    public void ProductsOfThePasses()
    {
        var shape = ConvolutionShape.Of([3, 5, 1, 72], [136, 3, 3, 72], s_wgmma with { Stride = (2, 4), Padding = (1, 1) });
        Assert.Equal(new WgmmaConvolution(9, 136, 1, 18, IsCut: false), WgmmaConvolution.Of(shape, ConvolutionPass.Forward));
        Assert.Equal(new WgmmaConvolution(9, 72, 2, 14, IsCut: false), WgmmaConvolution.Of(shape, ConvolutionPass.InputGradient));
        Assert.Equal(new WgmmaConvolution(136, 9 * 128, 1, 1, IsCut: true), WgmmaConvolution.Of(shape, ConvolutionPass.WeightGradient));
    }

    /// <summary>Ones in one row of an image, and a device that says what it compiled.</summary>
    private sealed class Trial : IDisposable
    {
        public Trial(int groups, int filter, Conv2dOptions options)
        {
            Assert.SkipUnless(EmulatedDevice.IsSupported(out var reason), reason);
            Emulated = EmulatedDevice.Open(runtimeOptions: new CudaDeviceOptions { KernelText = (path, text) => { Compiled.Add(path); return text; } });
            nint[] images = [1, 1, Width, Channels * groups], filters = [Channels * groups, 1, filter, Channels];
            Images = Ones(images);
            Filters = Ones(filters);
            Gradient = Ones(options.OutputLengths(images, filters));
        }

        public List<string> Compiled { get; } = [];

        public EmulatedDevice Emulated { get; }

        public DeviceTensor<Half> Images { get; }

        public DeviceTensor<Half> Filters { get; }

        public DeviceTensor<Half> Gradient { get; }

        public int Results => (int)Gradient.Lengths[2];

        public void Dispose()
        {
            Images.Dispose();
            Filters.Dispose();
            Gradient.Dispose();
            Emulated.Dispose();
        }

        public DeviceTensor<Half> Ones(nint[] lengths) => Emulated.Device.CreateTensor<Half>([.. Enumerable.Repeat((Half)1, (int)lengths.Aggregate((nint)1, (a, b) => a * b))], lengths);
    }
}
