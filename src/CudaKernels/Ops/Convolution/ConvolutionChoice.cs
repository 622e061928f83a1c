namespace CudaKernels;

/// <summary>The choice between the kernels of a convolution.</summary>
internal static class ConvolutionChoice
{
    /// <summary>Below this many rows of the implicit product more than three quarters of a tile would be empty.</summary>
    private const int FewRows = 16;

    /// <summary>The channels of a tap are copied 16 bytes at a time.</summary>
    private const int ChannelMultiple = 8;

    private const int Alignment = 16;

    /// <summary>The grid's limit along y, where groups and phases lie.</summary>
    private const long MaxBlocks = 65_535;

    /// <summary>Pixels, and the steps of a sum: the kernels divide 31-bit numbers, and count a tile too far.</summary>
    private const long MaxLength = 1L << 30;

    /// <summary>Rows and columns of padded images: kNowhere in kernels/common/image_patches.cuh is no sum of two coordinates.</summary>
    private const long MaxExtent = 1L << 29;

    /// <summary>The element types of the kernels on tensor cores.</summary>
    public static IReadOnlyList<ElementKind> TensorCoreKinds { get; } = [ElementKind.Float16, ElementKind.BFloat16];

    /// <summary>The implementation that runs; never <see cref="Conv2dAlgorithm.Auto"/>.</summary>
    /// <param name="device">Where it runs.</param>
    /// <param name="options">What was asked for.</param>
    /// <param name="shape">The convolution.</param>
    /// <param name="pass">What is computed.</param>
    /// <param name="addresses">Where the tensors lie that are copied to shared memory.</param>
    /// <exception cref="NotSupportedException">The tensor cores were asked for and take no such convolution.</exception>
    /// <exception cref="CudaNotSupportedException">The device has no tensor cores that the kernel can use.</exception>
    public static Conv2dAlgorithm Of<T>(CudaDevice device, Conv2dOptions options, in ConvolutionShape shape, ConvolutionPass pass, params ReadOnlySpan<nuint> addresses) where T : unmanaged
    {
        var rows = Rows(shape, pass);
        var capability = device.Specification.ComputeCapability;
        var byWgmma = WgmmaConvolution.TileOf(options.Algorithm) is not null;
        if (byWgmma || options.Algorithm == Conv2dAlgorithm.TensorCores)
        {
            if (Obstacle<T>(options.Layout, shape, pass, addresses) is { } obstacle)
            {
                throw new NotSupportedException(obstacle);
            }

            return options.Algorithm switch
            {
                Conv2dAlgorithm.TensorCores when !MatMulChoice.HasTensorCores(capability) => throw new CudaNotSupportedException($"convolutions on tensor cores need compute capability 8.0, {device} has {capability}"),
                _ when byWgmma && !device.HasWgmma => throw new CudaNotSupportedException($"convolutions by wgmma need {device.WithoutWgmma()}"),
                _ => options.Algorithm,
            };
        }

        if (options.Algorithm == Conv2dAlgorithm.Auto && rows >= FewRows && device.Kind == DeviceKind.Cuda && MatMulChoice.HasTensorCores(capability) && TensorCoreKinds.Contains(ElementType<T>.Kind) && options.Layout == ImageLayout.ChannelsLast && Obstacle<T>(options.Layout, shape, pass, addresses) is null)
        {
            return StageChannels(shape, pass) >= WgmmaConvolution.StageLength && device.HasWgmma
                ? WgmmaConvolution.Of(shape, pass).Fastest(device.Specification.MultiprocessorCount)
                : Conv2dAlgorithm.TensorCores;
        }

        return WithoutTensorCores(options.Algorithm, rows);
    }

    /// <summary>The filters, or channels, of a group that results are made for.</summary>
    public static int Rows(in ConvolutionShape shape, ConvolutionPass pass) => pass == ConvolutionPass.InputGradient ? shape.GroupChannels : shape.GroupFilters;

    /// <summary>The implementation of a convolution that has none on tensor cores.</summary>
    /// <param name="algorithm">What was asked for.</param>
    /// <param name="rows">The filters, or channels, of a group that results are made for.</param>
    /// <exception cref="NotSupportedException">The tensor cores were asked for.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The algorithm is none.</exception>
    public static Conv2dAlgorithm WithoutTensorCores(Conv2dAlgorithm algorithm, int rows) => algorithm switch
    {
        Conv2dAlgorithm.Auto => rows < FewRows ? Conv2dAlgorithm.Direct : Conv2dAlgorithm.ImplicitGemm,
        Conv2dAlgorithm.ImplicitGemm or Conv2dAlgorithm.Direct => algorithm,
        Conv2dAlgorithm.TensorCores or Conv2dAlgorithm.Wgmma or Conv2dAlgorithm.WgmmaCluster or Conv2dAlgorithm.WgmmaNarrow or Conv2dAlgorithm.WgmmaSlim => throw new NotSupportedException("the convolution of 8-bit integers has no kernel on tensor cores"),
        _ => throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, "not an algorithm"),
    };

    /// <summary>What a tap has of which the kernels by wgmma take <see cref="WgmmaConvolution.StageLength"/> at a time.</summary>
    private static int StageChannels(in ConvolutionShape shape, ConvolutionPass pass) => pass == ConvolutionPass.InputGradient ? shape.GroupFilters : shape.GroupChannels;

    /// <summary>Why the kernels on tensor cores do not take a convolution; null where they do.</summary>
    private static string? Obstacle<T>(ImageLayout layout, in ConvolutionShape shape, ConvolutionPass pass, ReadOnlySpan<nuint> addresses) where T : unmanaged
    {
        if (!TensorCoreKinds.Contains(ElementType<T>.Kind))
        {
            return $"convolutions on tensor cores take Half and BFloat16, not {ElementType<T>.Kind}";
        }

        if (layout != ImageLayout.ChannelsLast)
        {
            return $"convolutions on tensor cores take images with the channels last, got {layout}";
        }

        var isGradient = pass != ConvolutionPass.Forward;
        if (!IsMultiple(shape.GroupChannels) || (isGradient && !IsMultiple(shape.GroupFilters)))
        {
            return $"convolutions on tensor cores take a multiple of {ChannelMultiple} channels in a group, and their gradients also of filters, got {shape.GroupChannels} channels and {shape.GroupFilters} filters";
        }

        foreach (var address in addresses)
        {
            if (address % Alignment != 0)
            {
                return $"convolutions on tensor cores take tensors that start at multiples of {Alignment} bytes, got one at 0x{address:x}";
            }
        }

        var extent = Math.Max(shape.Height + (2L * shape.PaddingY), shape.Width + (2L * shape.PaddingX));
        var length = Math.Max(Math.Max(shape.Pixels, shape.OutPixels), (long)Math.Max(shape.GroupChannels, shape.GroupFilters) * shape.FilterHeight * shape.FilterWidth);
        return extent < MaxExtent && length < MaxLength && shape.Groups * (isGradient ? shape.Phases : 1) <= MaxBlocks
            ? null
            : $"convolutions on tensor cores take images of fewer than {MaxExtent} padded rows and columns, fewer than {MaxLength} pixels and taps, and at most {MaxBlocks} groups, for gradients times the strides: got {extent}, {length} and {shape.Groups} groups";
    }

    private static bool IsMultiple(int channels) => channels > 0 && channels % ChannelMultiple == 0;
}
