using System.Numerics;

namespace CudaKernels;

public static partial class TensorOperations
{
    /// <summary>y = f(x, target) for operands of one shape: the losses of single elements and their gradients.</summary>
    private static void ElementLosses<T, TFunction>(
        ElementwiseKernels kernels, DeviceTensor<T> x, DeviceTensor<T> targets, DeviceTensor<T> destination, TFunction function, params ReadOnlySpan<KernelArgument> parameters)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFunction : struct, IBinaryFunction<T>
    {
        ArgumentNullException.ThrowIfNull(x);
        RequireShape(targets, x.Layout, nameof(targets));
        RequireShape(destination, x.Layout);
        Elementwise.Run(
            kernels, Types<T>(), new BinaryBody<T, TFunction>(function), ElementwiseOperand.Of(destination), ElementwiseOperand.Of(x), ElementwiseOperand.Of(targets), parameters: parameters);
    }

    /// <summary>The mean of f(x, target) over all elements, by the reduction of <c>Mean</c>.</summary>
    private static void MeanLoss<T, TFunction>(
        ElementwiseKernels kernels, DeviceTensor<T> x, DeviceTensor<T> targets, DeviceTensor<T> destination, TFunction function, params ReadOnlySpan<KernelArgument> parameters)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFunction : struct, IBinaryFunction<T>
    {
        using var losses = NewLike(x);
        ElementLosses(kernels, x, targets, losses, function, parameters);
        losses.Mean([], destination);
    }
}
