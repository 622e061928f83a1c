namespace CudaKernels;

/// <summary>The tensor maps of a convolution by wgmma (kernels/common/wgmma_patches.cuh), where its tensors can have some.</summary>
internal static class ConvolutionMaps
{
    private const int ElementBytes = 2;
    private const long MaxStride = 1L << 40;

    /// <summary>Corners of a window are signed bytes, for two of them and the places of a filter, from its first, share 16 bits.</summary>
    private const int MinCorner = -128;

    private const int MaxCorner = 127;
    private const int MaxOffset = 255;
    private const int MaxStep = 8;

    /// <summary>Makes the maps of dense images and filters whose channels lie last; false where a tensor map does not take one of them.</summary>
    public static bool TryCreate<T>(DeviceTensor<T> images, DeviceTensor<T> filters, in ConvolutionShape shape, out WgmmaMaps maps) where T : unmanaged
    {
        var isTaken = IsTaken(shape);
        maps = isTaken ? WgmmaMaps.Create((CudaDevice)images.Device, new Patches<T>(images.Input, shape), new Filters<T>(filters.Input, shape)) : default;
        return isTaken;
    }

    private static bool IsTaken(in ConvolutionShape shape)
    {
        var (coveredY, coveredX) = Covered(shape);
        return shape.Groups == 1 && Math.Max(shape.StrideY, shape.StrideX) <= MaxStep && Math.Max(coveredY, coveredX) <= MaxOffset
            && IsCorner(-shape.PaddingY) && IsCorner(-shape.PaddingX) && IsCorner(shape.PaddingY - coveredY) && IsCorner(shape.PaddingX - coveredX)
            && Math.Max(shape.ImageStep, shape.FilterStep) * ElementBytes < MaxStride;
    }

    /// <summary>Rows and columns from the first to the last place of a filter.</summary>
    private static (int Y, int X) Covered(in ConvolutionShape shape) => ((shape.FilterHeight - 1) * shape.DilationY, (shape.FilterWidth - 1) * shape.DilationX);

    private static bool IsCorner(int offset) => offset is >= MinCorner and <= MaxCorner;

    private static TensorMapElement Element<T>() where T : unmanaged => TensorMapElements.Of(ElementType<T>.Kind);

    private readonly struct Patches<T>(KernelArgument images, ConvolutionShape shape) : IWgmmaSource where T : unmanaged
    {
        public TensorMap CreateMap(CudaDevice device)
        {
            var (coveredY, coveredX) = Covered(shape);
            var window = new TensorMapWindow
            {
                LowerCorner = [-shape.PaddingY, -shape.PaddingX],
                UpperCorner = [shape.PaddingY - coveredY, shape.PaddingX - coveredX],
                ChannelsPerPixel = WgmmaTile.Depth<T>(),
                PixelsPerColumn = WgmmaTile.Rows,
            };
            return TensorMap.Im2col(
                device,
                images.Address,
                WgmmaMaps.Lease(images),
                Element<T>(),
                [shape.Images, shape.Height, shape.Width, shape.Channels],
                [(nint)shape.ImageStep * ElementBytes, (nint)shape.RowStep * ElementBytes, (nint)shape.ColumnStep * ElementBytes],
                window,
                new TensorMapOptions { Swizzle = TensorMapSwizzle.Bytes128, ElementStrides = [1, shape.StrideY, shape.StrideX, 1] });
        }
    }

    private readonly struct Filters<T>(KernelArgument filters, ConvolutionShape shape) : IWgmmaSource where T : unmanaged
    {
        public TensorMap CreateMap(CudaDevice device) => TensorMap.Tiled(
            device,
            filters.Address,
            WgmmaMaps.Lease(filters),
            Element<T>(),
            [shape.Filters, (nint)shape.FilterHeight * shape.FilterWidth, shape.Channels],
            [(nint)shape.FilterStep * ElementBytes, (nint)shape.FilterColumnStep * ElementBytes],
            [WgmmaTile.Columns<T>(), 1, WgmmaTile.Depth<T>()],
            new TensorMapOptions { Swizzle = TensorMapSwizzle.Bytes128 });
    }
}
