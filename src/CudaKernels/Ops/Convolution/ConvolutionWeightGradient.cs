using System.Numerics;

namespace CudaKernels;

/// <summary>The gradient of a convolution to its filters.</summary>
internal readonly unsafe ref struct ConvolutionWeightGradient<T>(ConvolutionShape shape, Conv2dOptions options) where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>The pixels that one part of the sum has at least: two slices.</summary>
    private const long PixelsPerPart = 32;

    /// <summary>The blocks of a multiprocessor that the parts shall make.</summary>
    private const long BlocksPerMultiprocessor = 2;

    /// <summary>The pixels of a stage on tensor cores: kMmaDepth in common/mma_tile.cuh.</summary>
    private const long PixelsPerStage = 64;

    public void Run(ConvolutionKernels kernels, KernelTemplate parts, KernelTemplate finish, DeviceTensor<T> images, DeviceTensor<T> outputGradient, DeviceTensor<T> destination)
    {
        TensorOperations.RequireApart(images, destination, nameof(destination));
        TensorOperations.RequireApart(outputGradient, destination, nameof(destination));
        destination.RequireDense(nameof(destination));
        using var x = TensorOperations.AsDense(images);
        using var dy = TensorOperations.AsDense(outputGradient);
        if (destination.Device is CpuDevice cpu)
        {
            using var hold = new BlockHold(x.Tensor.Block, dy.Tensor.Block, destination.Block);
            ManagedConvolution.WeightGradient(cpu, shape, options.Layout, ManagedSpan.Pointer(x.Tensor), ManagedSpan.Pointer(dy.Tensor), ManagedSpan.Pointer(destination));
            return;
        }

        if (destination.IsEmpty)
        {
            return;
        }

        var cuda = (CudaDevice)destination.Device;
        var algorithm = ConvolutionChoice.Of<T>(cuda, options, shape, ConvolutionPass.WeightGradient, x.Tensor.Input.Address, dy.Tensor.Input.Address);
        if (WgmmaConvolution.TileOf(algorithm) is { } tile)
        {
            if (TryRunWgmma(cuda, kernels.Get(algorithm), tile, finish, x.Tensor, dy.Tensor, destination))
            {
                return;
            }

            algorithm = Conv2dAlgorithm.TensorCores;
        }

        switch (algorithm)
        {
            case Conv2dAlgorithm.Direct:
                var copy = shape;
                destination.Stream!.Launch(
                    cuda.GetKernel(kernels.Get(Conv2dAlgorithm.Direct), TensorOperations.Types<T>()),
                    new LaunchConfig(new Dim3(checked((uint)destination.FlattenedLength)), new Dim3(128)),
                    destination.Output,
                    x.Tensor.Input,
                    dy.Tensor.Input,
                    KernelArgument.Struct(&copy));
                break;
            case Conv2dAlgorithm.TensorCores:
                RunTensorCores(cuda, kernels.Get(Conv2dAlgorithm.TensorCores), parts, finish, x.Tensor, dy.Tensor, destination);
                break;
            default:
                RunGemm(cuda, kernels.Get(Conv2dAlgorithm.ImplicitGemm), finish, x.Tensor, dy.Tensor, destination);
                break;
        }
    }

    private void RunGemm(CudaDevice cuda, KernelTemplate gemm, KernelTemplate finish, DeviceTensor<T> x, DeviceTensor<T> dy, DeviceTensor<T> destination)
    {
        var (copy, stream) = (shape, destination.Stream!);
        var kernel = cuda.GetKernel(gemm, TensorOperations.Types<T>());
        var tiles = ConvolutionKernels.Tiles(shape.GroupFilters, shape.Taps, shape.Groups).Grid.Count;
        var count = Math.Clamp(shape.OutPixels / PixelsPerPart, 1, Math.Max(cuda.Specification.MultiprocessorCount * BlocksPerMultiprocessor / (long)tiles, 1));
        var config = ConvolutionKernels.Tiles(shape.GroupFilters, shape.Taps, shape.Groups, count);
        if (count == 1)
        {
            stream.Launch(kernel, config, destination.Output, destination.Output, x.Input, dy.Input, KernelArgument.Struct(&copy));
            return;
        }

        using var partial = new StreamScratch(stream, (nuint)(count * destination.FlattenedLength * ReductionKernels.SumBytes(ElementType<T>.Kind)));
        stream.Launch(kernel, config, destination.Output, partial.Output, x.Input, dy.Input, KernelArgument.Struct(&copy));
        Finish(cuda, finish, partial.Input, count, destination);
    }

    private void RunTensorCores(CudaDevice cuda, KernelTemplate whole, KernelTemplate parts, KernelTemplate finish, DeviceTensor<T> x, DeviceTensor<T> dy, DeviceTensor<T> destination)
    {
        var (copy, stream) = (shape, destination.Stream!);
        var (count, stages) = ProductLaunch.MmaParts(shape.GroupFilters, shape.Taps, shape.Groups, (shape.OutPixels + PixelsPerStage - 1) / PixelsPerStage, cuda.Specification.MultiprocessorCount);
        var config = ProductLaunch.Mma(shape.GroupFilters, shape.Taps, shape.Groups, count);
        if (count == 1)
        {
            stream.Launch(cuda.GetKernel(whole, TensorOperations.Types<T>()), config, destination.Output, x.Input, dy.Input, KernelArgument.Struct(&copy), shape.OutPixels);
            return;
        }

        using var partial = new StreamScratch(stream, (nuint)(count * destination.FlattenedLength * sizeof(float)));
        stream.Launch(cuda.GetKernel(parts, TensorOperations.Types<T>()), config, partial.Output, x.Input, dy.Input, KernelArgument.Struct(&copy), stages * PixelsPerStage);
        Finish(cuda, finish, partial.Input, count, destination);
    }

    private bool TryRunWgmma(CudaDevice cuda, KernelTemplate kernel, WgmmaShape tile, KernelTemplate finish, DeviceTensor<T> x, DeviceTensor<T> dy, DeviceTensor<T> destination)
    {
        if (!ConvolutionMaps.TryCreateWeightGradient(dy, x, shape, out var created))
        {
            return false;
        }

        using var maps = created;
        var (product, multiprocessors) = (WgmmaConvolution.Of(shape, ConvolutionPass.WeightGradient), cuda.Specification.MultiprocessorCount);
        var (count, stages) = ProductLaunch.WgmmaParts(tile, product.Rows, product.Columns, product.Phases, product.Stages, multiprocessors);
        using var partial = count == 1 ? default : new StreamScratch(destination.Stream!, (nuint)(count * destination.FlattenedLength * sizeof(float)));
        var copy = shape;
        destination.Stream!.Launch(
            cuda.GetKernel(kernel, TensorOperations.Types<T>()),
            product.Launch(tile, count, multiprocessors),
            count == 1 ? destination.Output : partial.Output,
            maps.A.AsReadOnly(),
            maps.B.AsReadOnly(),
            KernelArgument.Struct(&copy),
            (int)count,
            (int)stages);
        if (count > 1)
        {
            Finish(cuda, finish, partial.Input, count, destination);
        }

        return true;
    }

    private static void Finish(CudaDevice cuda, KernelTemplate finish, KernelArgument partial, long count, DeviceTensor<T> destination) =>
        destination.Stream!.Launch(cuda.GetKernel(finish, TensorOperations.Types<T>()), LaunchConfig.Cover(destination.FlattenedLength), destination.Output, partial, (long)destination.FlattenedLength, count);
}
