using System.Numerics;

namespace CudaKernels;

/// <summary>The gradient of layer norm or RMS norm: the two differ in whether a mean is taken off.</summary>
/// <param name="file">The kernel file.</param>
/// <param name="name">The name that its kernels begin with.</param>
/// <param name="centred">Whether the mean is taken off.</param>
internal sealed unsafe class RowNormGradient(KernelFile file, string name, bool centred)
{
    private readonly KernelTemplate _kernel = file.Template($"{name}<{{0}}>", ElementTypes.Floating);
    private readonly KernelTemplate _withSums = file.Template($"{name}_with_sums<{{0}}>", ElementTypes.Floating);
    private readonly KernelTemplate _join = file.Template($"{name}_join<{{0}}>", ElementTypes.Floating);
    private readonly ParameterGradientKernels _sums = new(file, name);

    public void Run<T>(DeviceTensor<T> x, DeviceTensor<T> outputGradient, DeviceTensor<T>? gamma, DeviceTensor<T> destination, ParameterGradients<T> gradients, double epsilon)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var rows = MatrixRows.Of(x);
        TensorOperations.RequireShape(outputGradient, x.Layout, nameof(outputGradient));
        TensorOperations.RequireShape(destination, x.Layout);
        TensorOperations.RequireApart(x, destination, nameof(destination));
        TensorOperations.RequireApart(outputGradient, destination, nameof(destination));
        TensorOperations.RequireRowParameter(gamma, rows, destination, nameof(gamma));
        destination.RequireDense(nameof(destination));
        gradients.Require(rows.Columns, x, outputGradient, gamma, destination);
        if (x.IsEmpty)
        {
            gradients.Clear();
            return;
        }

        using var from = TensorOperations.AsDense(x);
        using var dy = TensorOperations.AsDense(outputGradient);
        if (destination.Device is CudaDevice cuda)
        {
            Launch(cuda, from.Tensor, dy.Tensor, gamma, destination, gradients, epsilon);
            return;
        }

        using var hold = new BlockHold(from.Tensor.Block, dy.Tensor.Block, gamma?.Block, destination.Block);
        using var written = new BlockHold(destination.Block, gradients.Gamma?.Block, gradients.Beta?.Block);
        ManagedRowNormGradient.Run(rows, groups: 1, from.Tensor, dy.Tensor, gamma, destination, gradients, epsilon, centred);
    }

    private void Launch<T>(CudaDevice cuda, DeviceTensor<T> x, DeviceTensor<T> dy, DeviceTensor<T>? gamma, DeviceTensor<T> destination, ParameterGradients<T> gradients, double epsilon) where T : unmanaged
    {
        var rows = MatrixRows.Of(x);
        if (gradients.Any && ColumnSumLaunch.Of<T>(cuda, rows, [Start(x), Start(dy), Start(destination), Start(gamma ?? x)]) is { } launch)
        {
            LaunchWithSums(cuda, launch, x, dy, gamma, destination, gradients, epsilon);
            return;
        }

        var (stream, types) = (destination.Stream!, TensorOperations.Types<T>());
        using var statistics = gradients.Any ? new StreamScratch(stream, (nuint)rows.Count * ParameterGradientKernels.PairBytes<T>()) : default;

        // Without them the kernel never touches `statistics`; the result's address stands in for it.
        stream.Launch(
            cuda.GetKernel(_kernel, types),
            HeldRowLaunch.Of(rows.Count, rows.Columns, ElementType<T>.Size),
            destination.Output,
            gradients.Any ? statistics.Output : destination.Output,
            gradients.Any,
            x.Input,
            dy.Input,
            (long)rows.Count,
            (long)rows.Columns,
            (gamma ?? x).Input,
            gamma is not null,
            TensorOperations.Attribute<T>(epsilon));
        if (!gradients.Any)
        {
            return;
        }

        var layout = ChannelLayout.Rows(rows);
        using var parts = ParameterGradientKernels.Parts<T>(stream, layout);
        _sums.Sum(x, dy, statistics.Input, parts.Output, layout, stream);
        _sums.Finish(x, gradients, parts.Input, layout.Channels, ChannelLaunch.Of<T>(layout).Splits, stream);
    }

    private void LaunchWithSums<T>(
        CudaDevice cuda, ColumnSumLaunch launch, DeviceTensor<T> x, DeviceTensor<T> dy, DeviceTensor<T>? gamma, DeviceTensor<T> destination, ParameterGradients<T> gradients, double epsilon) where T : unmanaged
    {
        var (rows, stream, types) = (MatrixRows.Of(x), destination.Stream!, TensorOperations.Types<T>());
        using var parts = new StreamScratch(stream, (nuint)(launch.Blocks * (long)rows.Columns) * ParameterGradientKernels.PairBytes<T>());
        stream.Launch(
            cuda.GetKernel(_withSums, types),
            launch.Config,
            destination.Output,
            parts.Output,
            x.Input,
            dy.Input,
            (long)rows.Count,
            (long)rows.Columns,
            (gamma ?? x).Input,
            gamma is not null,
            TensorOperations.Attribute<T>(epsilon));
        stream.Launch(
            cuda.GetKernel(_join, types),
            ColumnSumLaunch.Join(cuda, rows.Columns),
            (gradients.Gamma ?? gradients.Beta!).Output,
            gradients.Gamma is not null,
            (gradients.Beta ?? gradients.Gamma!).Output,
            gradients.Beta is not null,
            parts.Input,
            (long)rows.Columns,
            (long)launch.Blocks);
    }

    private static nuint Start<T>(DeviceTensor<T> tensor) where T : unmanaged => (nuint)ManagedSpan.Pointer(tensor);
}
