using System.Numerics;

namespace CudaKernels;

/// <summary>The gradient of layer norm or RMS norm: the two differ in whether a mean is taken off.</summary>
/// <param name="kernel">The kernel of dx, with the parameters (dx, statistics, has_statistics, x, dy, rows, columns, gamma, has_gamma, epsilon).</param>
/// <param name="sums">The kernels of the gradients to gamma and beta.</param>
/// <param name="centred">Whether the mean is taken off.</param>
internal readonly unsafe struct RowNormGradient(KernelTemplate kernel, ParameterGradientKernels sums, bool centred)
{
    public void Run<T>(DeviceTensor<T> x, DeviceTensor<T> outputGradient, DeviceTensor<T>? gamma, DeviceTensor<T> destination, ParameterGradients<T> gradients, double epsilon)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var rows = MatrixRows.Of(x);
        TensorOperations.RequireShape(outputGradient, x.Layout, nameof(outputGradient));
        TensorOperations.RequireShape(destination, x.Layout);
        TensorOperations.RequireApart(x, destination, nameof(destination));
        TensorOperations.RequireApart(outputGradient, destination, nameof(destination));
        TensorOperations.RequireRowParameter(gamma, rows, destination, nameof(gamma));
        destination.RequireDense();
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
        var (rows, stream, types) = (MatrixRows.Of(x), destination.Stream!, TensorOperations.Types<T>());
        using var statistics = gradients.Any ? new StreamScratch(stream, (nuint)rows.Count * ParameterGradientKernels.PairBytes<T>()) : default;

        // Without them the kernel never touches `statistics`; the result's address stands in for it.
        stream.Launch(
            cuda.GetKernel(kernel, types),
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
        sums.Sum(x, dy, statistics.Input, parts.Output, layout, stream);
        sums.Finish(x, gradients, parts.Input, layout.Channels, ChannelLaunch.Of(layout).Splits, stream);
    }
}
