using System.Numerics;

namespace CudaKernels;

/// <summary>The gradient of a convolution to its filters.</summary>
internal readonly unsafe ref struct ConvolutionWeightGradient<T>(ConvolutionShape shape, Conv2dOptions options) where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>The pixels that one part of the sum has at least: two slices.</summary>
    private const long PixelsPerPart = 32;

    /// <summary>The blocks of a multiprocessor that the parts shall make.</summary>
    private const long BlocksPerMultiprocessor = 2;

    public void Run(ConvolutionKernels kernels, KernelTemplate finish, DeviceTensor<T> images, DeviceTensor<T> outputGradient, DeviceTensor<T> destination)
    {
        TensorOperations.RequireApart(images, destination, nameof(destination));
        TensorOperations.RequireApart(outputGradient, destination, nameof(destination));
        destination.RequireDense();
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

        var copy = shape;
        var cuda = (CudaDevice)destination.Device;
        var stream = destination.Stream!;
        if (ConvolutionKernels.IsDirect(options.Algorithm, shape.GroupFilters))
        {
            var config = new LaunchConfig(new Dim3(checked((uint)destination.FlattenedLength)), new Dim3(128));
            stream.Launch(cuda.GetKernel(kernels.Get(direct: true), TensorOperations.Types<T>()), config, destination.Output, x.Tensor.Input, dy.Tensor.Input, KernelArgument.Struct(&copy));
            return;
        }

        var gemm = cuda.GetKernel(kernels.Get(direct: false), TensorOperations.Types<T>());
        var tiles = ConvolutionKernels.Tiles(shape.GroupFilters, shape.Taps, shape.Groups).Grid.Count;
        var parts = Math.Clamp(shape.OutPixels / PixelsPerPart, 1, Math.Max(cuda.Specification.MultiprocessorCount * BlocksPerMultiprocessor / (long)tiles, 1));
        if (parts == 1)
        {
            stream.Launch(gemm, ConvolutionKernels.Tiles(shape.GroupFilters, shape.Taps, shape.Groups), destination.Output, destination.Output, x.Tensor.Input, dy.Tensor.Input, KernelArgument.Struct(&copy));
            return;
        }

        using var partial = new StreamScratch(stream, (nuint)(parts * destination.FlattenedLength * ReductionKernels.SumBytes(ElementType<T>.Kind)));
        stream.Launch(gemm, ConvolutionKernels.Tiles(shape.GroupFilters, shape.Taps, shape.Groups, parts), destination.Output, partial.Output, x.Tensor.Input, dy.Tensor.Input, KernelArgument.Struct(&copy));
        stream.Launch(cuda.GetKernel(finish, TensorOperations.Types<T>()), LaunchConfig.Cover(destination.FlattenedLength), destination.Output, partial.Input, (long)destination.FlattenedLength, parts);
    }
}
