using System.Numerics;

namespace CudaKernels;

/// <summary>One convolution with filters, forwards or backwards to its images.</summary>
internal readonly unsafe ref struct Convolution<T>(ConvolutionShape shape, Conv2dOptions options, DeviceTensor<T> filters, DeviceTensor<T>? bias) where T : unmanaged, IFloatingPointIeee754<T>
{
    public void Forward(ConvolutionKernels kernels, DeviceTensor<T> images, DeviceTensor<T> destination)
    {
        using var x = Prepare(images, destination, shape.Filters);
        using var w = TensorOperations.AsDense(filters);
        if (destination.Device is CpuDevice cpu)
        {
            using var hold = new BlockHold(x.Tensor.Block, w.Tensor.Block, destination.Block, bias?.Block);
            ManagedConvolution.Forward(cpu, shape, options.Layout, ManagedSpan.Pointer(x.Tensor), ManagedSpan.Pointer(w.Tensor), bias is null ? null : ManagedSpan.Pointer(bias), ManagedSpan.Pointer(destination));
            return;
        }

        Launch(kernels, x.Tensor, w.Tensor, destination, ConvolutionPass.Forward);
    }

    public void Backward(ConvolutionKernels kernels, DeviceTensor<T> outputGradient, DeviceTensor<T> destination)
    {
        using var dy = Prepare(outputGradient, destination, shape.Channels);
        using var w = TensorOperations.AsDense(filters);
        if (destination.Device is CpuDevice cpu)
        {
            using var hold = new BlockHold(dy.Tensor.Block, w.Tensor.Block, destination.Block, bias?.Block);
            ManagedConvolution.Backward(cpu, shape, options.Layout, ManagedSpan.Pointer(dy.Tensor), ManagedSpan.Pointer(w.Tensor), bias is null ? null : ManagedSpan.Pointer(bias), ManagedSpan.Pointer(destination));
            return;
        }

        Launch(kernels, dy.Tensor, w.Tensor, destination, ConvolutionPass.InputGradient);
    }

    private DenseTensor<T> Prepare(DeviceTensor<T> input, DeviceTensor<T> destination, int channels)
    {
        TensorOperations.RequireApart(input, destination, nameof(destination));
        TensorOperations.RequireApart(filters, destination, nameof(destination));
        destination.RequireDense(nameof(destination));
        if (bias is not null)
        {
            TensorOperations.RequireShape(bias, [channels], nameof(bias));
            TensorOperations.RequireApart(bias, destination, nameof(bias));
            bias.RequireDense();
        }

        return TensorOperations.AsDense(input);
    }

    private void Launch(ConvolutionKernels kernels, DeviceTensor<T> input, DeviceTensor<T> w, DeviceTensor<T> destination, ConvolutionPass pass)
    {
        if (destination.IsEmpty)
        {
            return;
        }

        var cuda = (CudaDevice)destination.Device;
        var isBackward = pass == ConvolutionPass.InputGradient;
        var (rows, columns) = (ConvolutionChoice.Rows(shape, pass), isBackward ? shape.Pixels : shape.OutPixels);
        var algorithm = ConvolutionChoice.Of<T>(cuda, options, shape, pass, input.Input.Address, w.Input.Address);
        if (WgmmaConvolution.TileOf(algorithm) is { } tile)
        {
            if (TryLaunchWgmma(cuda, kernels.Get(algorithm), tile, input, w, destination, pass))
            {
                return;
            }

            algorithm = Conv2dAlgorithm.TensorCores;
        }

        var config = algorithm switch
        {
            Conv2dAlgorithm.Direct => LaunchConfig.Cover(destination.FlattenedLength),
            Conv2dAlgorithm.TensorCores => isBackward ? ProductLaunch.Mma(shape.PhasePixels, rows, shape.Groups * shape.Phases) : ProductLaunch.Mma(columns, rows, shape.Groups),
            _ => ConvolutionKernels.Tiles(rows, columns, shape.Groups),
        };
        var copy = shape;
        destination.Stream!.Launch(
            cuda.GetKernel(kernels.Get(algorithm), TensorOperations.Types<T>()),
            config,
            destination.Output,
            input.Input,
            w.Input,
            (bias ?? w).Input,
            bias is not null,
            KernelArgument.Struct(&copy));
    }

    private bool TryLaunchWgmma(CudaDevice cuda, KernelTemplate kernel, WgmmaShape tile, DeviceTensor<T> input, DeviceTensor<T> w, DeviceTensor<T> destination, ConvolutionPass pass)
    {
        var isBackward = pass == ConvolutionPass.InputGradient;
        var window = isBackward ? PatchWindow.OfPhases(shape) : PatchWindow.OfResults(shape);
        if (!ConvolutionMaps.TryCreate(input, w, shape, pass, window, tile, out var created))
        {
            return false;
        }

        using var maps = created;
        var copy = shape;
        using var result = isBackward ? null : WgmmaMaps.TryCreateResult(destination, (nint)shape.OutPixels, shape.Filters);
        ReadOnlySpan<KernelArgument> corner = [window.Y.Lower, window.X.Lower], map = [result ?? maps.A.AsReadOnly(), result is not null];
        destination.Stream!.Launch(
            cuda.GetKernel(kernel, TensorOperations.Types<T>()),
            WgmmaConvolution.Of(shape, pass).Launch(tile, parts: 1, cuda.Specification.MultiprocessorCount, isBackward ? 0 : WgmmaTile.StoreBytes<T>()),
            [destination.Output, maps.A.AsReadOnly(), maps.B.AsReadOnly(), (bias ?? w).Input, bias is not null, KernelArgument.Struct(&copy)],
            isBackward ? corner : map);
        return true;
    }
}
