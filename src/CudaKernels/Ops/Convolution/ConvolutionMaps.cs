namespace CudaKernels;

/// <summary>The tensor maps of a convolution by wgmma (kernels/convolution/conv2d_wgmma.cu), where its tensors can have some.</summary>
internal readonly ref struct ConvolutionMaps : IDisposable
{
    private const int ElementBytes = 2;
    private const long MaxStride = 1L << 40;

    /// <summary>Corners of a window are signed bytes, for two of them and the places of a filter, from its first, share 16 bits.</summary>
    private const int MinCorner = -128;

    private const int MaxCorner = 127;
    private const int MaxOffset = 255;
    private const int MaxStep = 8;

    private ConvolutionMaps(TensorMap images, TensorMap filters) => (Images, Filters) = (images, filters);

    public TensorMap Images { get; }

    public TensorMap Filters { get; }

    /// <summary>Makes the maps of dense images and filters whose channels lie last; false where a tensor map does not take one of them.</summary>
    public static bool TryCreate<T>(DeviceTensor<T> images, DeviceTensor<T> filters, in ConvolutionShape shape, out ConvolutionMaps maps) where T : unmanaged
    {
        var (coveredY, coveredX) = ((shape.FilterHeight - 1) * shape.DilationY, (shape.FilterWidth - 1) * shape.DilationX);
        if (shape.Groups != 1 || Math.Max(shape.StrideY, shape.StrideX) > MaxStep || Math.Max(coveredY, coveredX) > MaxOffset
            || !IsCorner(-shape.PaddingY) || !IsCorner(-shape.PaddingX) || !IsCorner(shape.PaddingY - coveredY) || !IsCorner(shape.PaddingX - coveredX)
            || Math.Max(shape.ImageStep, shape.FilterStep) * ElementBytes >= MaxStride)
        {
            maps = default;
            return false;
        }

        var window = new TensorMapWindow
        {
            LowerCorner = [-shape.PaddingY, -shape.PaddingX],
            UpperCorner = [shape.PaddingY - coveredY, shape.PaddingX - coveredX],
            ChannelsPerPixel = WgmmaTile.Depth<T>(),
            PixelsPerColumn = WgmmaTile.Rows,
        };
        var element = ElementType<T>.Kind == ElementKind.BFloat16 ? TensorMapElement.BFloat16 : TensorMapElement.Float16;
        var device = (CudaDevice)images.Device;
        var map = TensorMap.Im2col(
            device,
            images.Input.Address,
            Lease(images),
            element,
            [shape.Images, shape.Height, shape.Width, shape.Channels],
            [(nint)shape.ImageStep * ElementBytes, (nint)shape.RowStep * ElementBytes, (nint)shape.ColumnStep * ElementBytes],
            window,
            new TensorMapOptions { Swizzle = TensorMapSwizzle.Bytes128, ElementStrides = [1, shape.StrideY, shape.StrideX, 1] });
        try
        {
            maps = new ConvolutionMaps(map, TensorMap.Tiled(
                device,
                filters.Input.Address,
                Lease(filters),
                element,
                [shape.Filters, (nint)shape.FilterHeight * shape.FilterWidth, shape.Channels],
                [(nint)shape.FilterStep * ElementBytes, (nint)shape.FilterColumnStep * ElementBytes],
                [WgmmaTile.Columns<T>(), 1, WgmmaTile.Depth<T>()],
                new TensorMapOptions { Swizzle = TensorMapSwizzle.Bytes128 }));
            return true;
        }
        catch
        {
            map.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        Images.Dispose();
        Filters.Dispose();
    }

    private static bool IsCorner(int offset) => offset is >= MinCorner and <= MaxCorner;

    private static MemoryBlock Lease<T>(DeviceTensor<T> tensor) where T : unmanaged
    {
        var memory = tensor.Block;
        ObjectDisposedException.ThrowIf(!memory.TryAcquire(), tensor);
        return memory;
    }
}
