using CudaKernels.Emulation;

namespace CudaKernels.Tests;

/// <summary>Which kernel a convolution runs with, and what the tensor cores refuse.</summary>
public sealed class ConvolutionChoiceTests
{
    private static readonly Conv2dOptions s_last = new() { Layout = ImageLayout.ChannelsLast };

    [Theory]
    [InlineData(DeviceKind.Cuda, 9, 8, 16, ConvolutionPass.Forward, Conv2dAlgorithm.TensorCores)]
    [InlineData(DeviceKind.Cuda, 8, 8, 16, ConvolutionPass.WeightGradient, Conv2dAlgorithm.TensorCores)]
    [InlineData(DeviceKind.Cuda, 9, 64, 16, ConvolutionPass.Forward, Conv2dAlgorithm.WgmmaSlim)]
    [InlineData(DeviceKind.Cuda, 9, 64, 600, ConvolutionPass.Forward, Conv2dAlgorithm.Wgmma)]
    [InlineData(DeviceKind.Cuda, 9, 56, 16, ConvolutionPass.Forward, Conv2dAlgorithm.TensorCores)]
    [InlineData(DeviceKind.Cuda, 9, 56, 64, ConvolutionPass.InputGradient, Conv2dAlgorithm.WgmmaSlim)]
    [InlineData(DeviceKind.Cuda, 9, 64, 56, ConvolutionPass.InputGradient, Conv2dAlgorithm.TensorCores)]
    [InlineData(DeviceKind.Cuda, 9, 64, 56, ConvolutionPass.WeightGradient, Conv2dAlgorithm.Wgmma)]
    [InlineData(DeviceKind.Cuda, 9, 56, 64, ConvolutionPass.WeightGradient, Conv2dAlgorithm.TensorCores)]
    [InlineData(DeviceKind.Cuda, 10, 64, 16, ConvolutionPass.Forward, Conv2dAlgorithm.TensorCores)]
    [InlineData(DeviceKind.Cuda, 10, 64, 64, ConvolutionPass.InputGradient, Conv2dAlgorithm.TensorCores)]
    [InlineData(DeviceKind.Cuda, 8, 24, 17, ConvolutionPass.Forward, Conv2dAlgorithm.TensorCores)]
    [InlineData(DeviceKind.Cuda, 8, 24, 17, ConvolutionPass.WeightGradient, Conv2dAlgorithm.ImplicitGemm)]
    [InlineData(DeviceKind.Cuda, 8, 24, 17, ConvolutionPass.InputGradient, Conv2dAlgorithm.ImplicitGemm)]
    [InlineData(DeviceKind.Cuda, 8, 12, 16, ConvolutionPass.Forward, Conv2dAlgorithm.ImplicitGemm)]
    [InlineData(DeviceKind.Cuda, 8, 0, 16, ConvolutionPass.Forward, Conv2dAlgorithm.ImplicitGemm)]
    [InlineData(DeviceKind.Cuda, 8, 8, 8, ConvolutionPass.Forward, Conv2dAlgorithm.Direct)]
    [InlineData(DeviceKind.Cuda, 8, 8, 16, ConvolutionPass.InputGradient, Conv2dAlgorithm.Direct)]
    [InlineData(DeviceKind.Cuda, 7, 8, 16, ConvolutionPass.Forward, Conv2dAlgorithm.ImplicitGemm)]
    [InlineData(DeviceKind.Emulated, 9, 64, 16, ConvolutionPass.Forward, Conv2dAlgorithm.ImplicitGemm)]
    [InlineData(DeviceKind.Emulated, 9, 64, 64, ConvolutionPass.WeightGradient, Conv2dAlgorithm.ImplicitGemm)]
    internal void Auto(DeviceKind kind, int capability, int channels, int filters, ConvolutionPass pass, Conv2dAlgorithm expected)
    {
        using var device = Open(kind, capability);
        Assert.Equal(expected, Choose<Half>(device, s_last, channels, filters, pass));
        Assert.Equal(expected, Choose<BFloat16>(device, s_last, channels, filters, pass));
        var without = (pass == ConvolutionPass.InputGradient ? channels : filters) < 16 ? Conv2dAlgorithm.Direct : Conv2dAlgorithm.ImplicitGemm;
        Assert.Equal(without, Choose<float>(device, s_last, channels, filters, pass));
        Assert.Equal(without, Choose<double>(device, s_last, channels, filters, pass));
        Assert.Equal(without, Choose<Half>(device, Conv2dOptions.Default, channels, filters, pass));
        Assert.Equal(without, Choose<Half>(device, s_last, channels, filters, pass, address: 8));
    }

    [Fact]
    public void WhatIsAskedForIsTaken()
    {
        using var device = Open(DeviceKind.Emulated, 9);
        foreach (var algorithm in new[] { Conv2dAlgorithm.Wgmma, Conv2dAlgorithm.WgmmaCluster, Conv2dAlgorithm.WgmmaNarrow, Conv2dAlgorithm.WgmmaSlim })
        {
            Assert.Equal(algorithm, Choose<Half>(device, s_last with { Algorithm = algorithm }, 8, 1, ConvolutionPass.Forward));
            Assert.Equal(algorithm, Choose<Half>(device, s_last with { Algorithm = algorithm }, 8, 8, ConvolutionPass.WeightGradient));
            Assert.Throws<NotSupportedException>(() => ConvolutionChoice.WithoutTensorCores(algorithm, 64));
        }

        Assert.Equal(Conv2dAlgorithm.TensorCores, Choose<Half>(device, s_last with { Algorithm = Conv2dAlgorithm.TensorCores }, 8, 1, ConvolutionPass.Forward));
        Assert.Equal(Conv2dAlgorithm.Direct, Choose<Half>(device, s_last with { Algorithm = Conv2dAlgorithm.Direct }, 8, 64, ConvolutionPass.Forward));
        Assert.Equal(Conv2dAlgorithm.ImplicitGemm, Choose<Half>(device, s_last with { Algorithm = Conv2dAlgorithm.ImplicitGemm }, 8, 1, ConvolutionPass.Forward));
        Assert.Throws<ArgumentOutOfRangeException>(() => Choose<Half>(device, s_last with { Algorithm = Conv2dAlgorithm.WgmmaSlim + 1 }, 8, 64, ConvolutionPass.Forward));
        Assert.Throws<NotSupportedException>(() => ConvolutionChoice.WithoutTensorCores(Conv2dAlgorithm.TensorCores, 64));
    }

    // The limits of the kernels' 32-bit arithmetic, and of the grid.
    [Theory]
    [InlineData(1 << 28, 1, 1, 1, 1)]
    [InlineData(1, 1 << 30, 1, 1, 1)]
    [InlineData(1, 1, 1 << 15, 1 << 12, 1)]
    [InlineData(1, 1, 1, 1, 65_536)]
    public void WhatIsTooLongIsLeftToTheOthers(int padding, int images, int filter, int channels, int groups)
    {
        using var device = Open(DeviceKind.Cuda, 8);
        var options = s_last with { Padding = (padding, 0), Stride = (padding, 1), Groups = groups };
        Assert.Equal(Conv2dAlgorithm.ImplicitGemm, ChooseOf<Half>(device, options, [images, filter, 1, 8 * channels * groups], [16 * groups, filter, 1, 8 * channels], ConvolutionPass.Forward));
    }

    [Fact]
    public void GradientsHaveABlockForEachPhase()
    {
        using var device = Open(DeviceKind.Cuda, 8);
        var options = s_last with { Stride = (256, 256) };
        Assert.Equal(Conv2dAlgorithm.TensorCores, ChooseOf<Half>(device, options, [1, 4, 4, 16], [16, 3, 3, 16], ConvolutionPass.Forward));
        Assert.Equal(Conv2dAlgorithm.ImplicitGemm, ChooseOf<Half>(device, options, [1, 4, 4, 16], [16, 3, 3, 16], ConvolutionPass.WeightGradient));
    }

    [Fact]
    public void WhatTheTensorCoresLackIsRefused()
    {
        Assert.SkipUnless(EmulatedDevice.IsSupported(out var reason), reason);
        var options = s_last with { Algorithm = Conv2dAlgorithm.TensorCores };
        using var old = Open(DeviceKind.Emulated, 7);
        Assert.Contains("8.0", Refusal<CudaNotSupportedException, Half>(old, options, 8, 8), StringComparison.Ordinal);
        Assert.Contains("9.0", Refusal<CudaNotSupportedException, Half>(old, options with { Algorithm = Conv2dAlgorithm.Wgmma }, 8, 8), StringComparison.Ordinal);
        using var emulated = EmulatedDevice.Open();
        Assert.Contains("Float32", Refusal<NotSupportedException, float>(emulated.Device, options, 8, 8), StringComparison.Ordinal);
        Assert.Contains("ChannelsFirst", Refusal<NotSupportedException, Half>(emulated.Device, options with { Layout = ImageLayout.ChannelsFirst }, 8, 8), StringComparison.Ordinal);
        Assert.Contains("12 channels", Refusal<NotSupportedException, Half>(emulated.Device, options, 12, 8), StringComparison.Ordinal);
        Assert.Contains("4 channels", Refusal<NotSupportedException, Half>(emulated.Device, options with { Groups = 2 }, 8, 16), StringComparison.Ordinal);
        Assert.Contains("16 bytes", Refusal<NotSupportedException, Half>(emulated.Device, options, 8, 8, start: 1), StringComparison.Ordinal);

        // The convolution takes any number of filters, its gradients do not.
        using var x = emulated.Device.CreateZeros<BFloat16>([1, 2, 2, 8]);
        using var w = emulated.Device.CreateZeros<BFloat16>([5, 1, 1, 8]);
        using var y = x.Conv2d(w, null, options);
        Assert.Contains("5 filters", Assert.Throws<NotSupportedException>(() => y.Conv2dInputGradient(w, x, options)).Message, StringComparison.Ordinal);
        Assert.Contains("5 filters", Assert.Throws<NotSupportedException>(() => x.Conv2dWeightGradient(y, w, options)).Message, StringComparison.Ordinal);
    }

    // The corners of a window and the places of a filter are parts of 16 bits, strides are at most 8.
    [Theory]
    [InlineData(1, 8, 127, 1, 1, true)]
    [InlineData(1, 9, 0, 1, 1, false)]
    [InlineData(2, 1, 0, 1, 1, false)]
    [InlineData(1, 8, 127, 2, 255, true)]
    [InlineData(1, 8, 127, 2, 256, false)]
    [InlineData(1, 8, 128, 1, 1, false)]
    [InlineData(1, 8, 128, 2, 1, true)]
    [InlineData(1, 8, 129, 3, 1, false)]
    [InlineData(1, 8, 0, 2, 128, true)]
    [InlineData(1, 8, 0, 3, 65, false)]
    public void WgmmaTakesWhatTensorMapsTake(int groups, int stride, int padding, int filter, int dilation, bool isTaken)
    {
        Assert.SkipUnless(EmulatedDevice.IsSupported(out var reason), reason);
        var compiled = new List<string>();
        using var emulated = EmulatedDevice.Open(runtimeOptions: new CudaDeviceOptions { KernelText = (path, text) => { compiled.Add(path); return text; } });
        var options = s_last with { Groups = groups, Stride = (1, stride), Padding = (0, padding), Dilation = (1, dilation), Algorithm = Conv2dAlgorithm.Wgmma };
        const int width = 131;
        using var x = emulated.Device.CreateTensor<Half>([.. Enumerable.Repeat((Half)1, width * 8 * groups)], [1, 1, width, 8 * groups]);
        using var w = emulated.Device.CreateTensor<Half>([.. Enumerable.Repeat((Half)1, 2 * filter * 8)], [2, 1, filter, 8]);
        using var y = x.Conv2d(w, null, options);
        var expected = from pixel in Enumerable.Range(0, (int)y.Lengths[2])
                       let taps = Enumerable.Range(0, filter).Count(tap => (pixel * stride) - padding + (tap * dilation) is >= 0 and < width)
                       from one in Enumerable.Repeat((Half)(8 * taps), 2)
                       select one;
        Assert.Equal(expected, y.ToArray());
        Assert.Equal([isTaken ? "convolution/conv2d_wgmma.cu" : "convolution/conv2d_mma.cu"], compiled);
        Assert.Empty(emulated.Reports);
    }

    private static string Refusal<TException, T>(CudaDevice device, Conv2dOptions options, int channels, int filters, int start = 0)
        where TException : Exception
        where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
    {
        nint[] lengths = [1, channels, channels, channels];
        using var room = device.CreateZeros<T>([(channels * channels * channels) + start]);
        using var part = room.Slice(start..);
        using var x = part.Reshape(lengths);
        using var w = device.CreateZeros<T>(options.Layout == ImageLayout.ChannelsLast ? [filters, 1, 1, channels / options.Groups] : [filters, channels / options.Groups, 1, 1]);
        return Assert.Throws<TException>(() => x.Conv2d(w, null, options).Dispose()).Message;
    }

    private static Conv2dAlgorithm Choose<T>(CudaDevice device, Conv2dOptions options, int channels, int filters, ConvolutionPass pass, nuint address = 0) where T : unmanaged =>
        options.Layout == ImageLayout.ChannelsLast
            ? ChooseOf<T>(device, options, [1, 4, 4, channels], [filters, 3, 3, channels], pass, address)
            : ChooseOf<T>(device, options, [1, channels, 4, 4], [filters, channels, 3, 3], pass, address);

    private static Conv2dAlgorithm ChooseOf<T>(CudaDevice device, Conv2dOptions options, ReadOnlySpan<nint> images, ReadOnlySpan<nint> filters, ConvolutionPass pass, nuint address = 0) where T : unmanaged
    {
        var shape = ConvolutionShape.Of(images, filters, options);
        return ConvolutionChoice.Of<T>(device, options, shape, pass, 256, address);
    }

    private static CudaDevice Open(DeviceKind kind, int capability)
    {
        var software = SoftwareDriver.Lease(new EmulationOptions { ComputeCapability = new Version(capability, capability == 7 ? 5 : 0) });
        var device = CudaDevice.Open(new CudaDeviceSources(new SoftwareDriverSource(), new SoftwareNvrtcSource(), null, kind, "chosen"), software.Ordinal);
        device.Disposed = software.Dispose;
        return device;
    }
}
