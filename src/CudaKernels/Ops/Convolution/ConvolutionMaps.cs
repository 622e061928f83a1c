namespace CudaKernels;

/// <summary>The tensor maps of a convolution by wgmma (kernels/common/wgmma_patches.cuh) of dense tensors whose channels lie last; none where a tensor map does not take one of them.</summary>
internal static class ConvolutionMaps
{
    private const int ElementBytes = 2;
    private const long MaxStride = 1L << 40;
    private const int MaxStep = 8;

    /// <summary>Makes the maps of what a pass forwards or backwards to the images reads: images, or the gradient of the results, under windows, and filters.</summary>
    public static bool TryCreate<T>(DeviceTensor<T> input, DeviceTensor<T> filters, in ConvolutionShape shape, ConvolutionPass pass, PatchWindow window, WgmmaShape tile, out WgmmaMaps maps) where T : unmanaged
    {
        var (pixels, rows) = pass == ConvolutionPass.Forward ? (Input(shape), tile.Share) : (Output(shape), WgmmaConvolution.StageLength);
        var isTaken = IsTaken(shape, window);
        maps = isTaken ? WgmmaMaps.Create((CudaDevice)input.Device, new Patches<T>(input.Input, pixels, window, WgmmaTile.Rows), new Filters<T>(filters.Input, shape, rows, WgmmaConvolution.StageLength)) : default;
        return isTaken;
    }

    /// <summary>Makes the maps of the gradient of the results, a row to each pixel, and of images.</summary>
    public static bool TryCreateWeightGradient<T>(DeviceTensor<T> outputGradient, DeviceTensor<T> images, in ConvolutionShape shape, out WgmmaMaps maps) where T : unmanaged
    {
        var window = PatchWindow.OfResults(shape);
        var matrix = new MatrixOperand(shape.Filters, (nint)shape.OutPixels, IsTransposed: true, shape.Filters);
        var gradient = new WgmmaMatrices<T>(new WgmmaOperand(outputGradient.Input, matrix, 1, 0), Element<T>(), isMnMajor: true, WgmmaTile.Rows);
        var isTaken = IsTaken(shape, window) && gradient.IsTaken;
        maps = isTaken ? WgmmaMaps.Create((CudaDevice)images.Device, gradient, new Patches<T>(images.Input, Input(shape), window, WgmmaConvolution.StageLength)) : default;
        return isTaken;
    }

    private static bool IsTaken(in ConvolutionShape shape, PatchWindow window) =>
        shape.Groups == 1 && Math.Max(shape.StrideY, shape.StrideX) <= MaxStep && window.Y.IsTaken && window.X.IsTaken
        && Math.Max(Math.Max(Input(shape).Step, Output(shape).Step), shape.FilterStep) * ElementBytes < MaxStride;

    private static Pixels Input(in ConvolutionShape shape) => new(shape.Images, shape.Height, shape.Width, shape.Channels);

    private static Pixels Output(in ConvolutionShape shape) => new(shape.Images, shape.OutHeight, shape.OutWidth, shape.Filters);

    private static TensorMapElement Element<T>() where T : unmanaged => TensorMapElements.Of(ElementType<T>.Kind);

    /// <summary>Images whose channels lie last.</summary>
    private readonly record struct Pixels(int Images, int Height, int Width, int Channels)
    {
        /// <summary>Elements from one image to the next.</summary>
        public long Step => (long)Height * Width * Channels;
    }

    private readonly struct Patches<T>(KernelArgument images, Pixels pixels, PatchWindow window, int count) : IWgmmaSource where T : unmanaged
    {
        public TensorMap CreateMap(CudaDevice device)
        {
            var extent = new TensorMapWindow
            {
                LowerCorner = [window.Y.Lower, window.X.Lower],
                UpperCorner = [window.Y.Upper, window.X.Upper],
                ChannelsPerPixel = WgmmaConvolution.StageLength,
                PixelsPerColumn = count,
            };
            return TensorMap.Im2col(
                device,
                images.Address,
                WgmmaMaps.Lease(images),
                Element<T>(),
                [pixels.Images, pixels.Height, pixels.Width, pixels.Channels],
                [(nint)pixels.Step * ElementBytes, (nint)pixels.Width * pixels.Channels * ElementBytes, (nint)pixels.Channels * ElementBytes],
                extent,
                new TensorMapOptions { Swizzle = TensorMapSwizzle.Bytes128, ElementStrides = [1, window.Y.Step, window.X.Step, 1] });
        }
    }

    /// <summary>The filters of each tap, boxes of so many filters and channels.</summary>
    private readonly struct Filters<T>(KernelArgument filters, ConvolutionShape shape, int rows, int channels) : IWgmmaSource where T : unmanaged
    {
        public TensorMap CreateMap(CudaDevice device) => TensorMap.Tiled(
            device,
            filters.Address,
            WgmmaMaps.Lease(filters),
            Element<T>(),
            [(nint)shape.FilterHeight * shape.FilterWidth, shape.Filters, shape.Channels],
            [(nint)shape.FilterColumnStep * ElementBytes, (nint)shape.FilterStep * ElementBytes],
            [1, rows, channels],
            new TensorMapOptions { Swizzle = TensorMapSwizzle.Bytes128 });
    }
}
