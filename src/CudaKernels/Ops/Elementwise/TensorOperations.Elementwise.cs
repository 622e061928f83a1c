namespace CudaKernels;

public static partial class TensorOperations
{
    internal static void Unary<T, TFunction>(ElementwiseKernels kernels, DeviceTensor<T> x, DeviceTensor<T> destination, TFunction function, params ReadOnlySpan<KernelArgument> parameters)
        where T : unmanaged
        where TFunction : struct, IUnaryFunction<T>
    {
        ArgumentNullException.ThrowIfNull(x);
        RequireShape(destination, x.Layout);
        Elementwise.Run(kernels, Types<T>(), new UnaryBody<T, TFunction>(function), ElementwiseOperand.Of(destination), ElementwiseOperand.Of(x), parameters: parameters);
    }

    internal static DeviceTensor<T> Unary<T, TFunction>(ElementwiseKernels kernels, DeviceTensor<T> x, TFunction function, params ReadOnlySpan<KernelArgument> parameters)
        where T : unmanaged
        where TFunction : struct, IUnaryFunction<T>
    {
        using var result = new PendingTensor<T>(NewLike(x));
        Unary(kernels, x, result.Tensor, function, parameters);
        return result.Complete();
    }

    internal static void Binary<T, TFunction>(BinaryKernels kernels, DeviceTensor<T> a, DeviceTensor<T> b, DeviceTensor<T> destination, TFunction function)
        where T : unmanaged
        where TFunction : struct, IBinaryFunction<T> =>
        Elementwise.Run(kernels.Tensors, Types<T>(), new BinaryBody<T, TFunction>(function), ElementwiseOperand.Of(destination), ElementwiseOperand.Of(a), ElementwiseOperand.Of(b));

    internal static DeviceTensor<T> Binary<T, TFunction>(BinaryKernels kernels, DeviceTensor<T> a, DeviceTensor<T> b, TFunction function)
        where T : unmanaged
        where TFunction : struct, IBinaryFunction<T>
    {
        using var result = new PendingTensor<T>(NewBroadcast<T, T>(a, b));
        Binary(kernels, a, b, result.Tensor, function);
        return result.Complete();
    }

    /// <summary>dx = f(x, dy) for operands of one shape: the gradients of the unary operations.</summary>
    internal static void Gradient<T, TFunction>(
        ElementwiseKernels kernels, DeviceTensor<T> x, DeviceTensor<T> outputGradient, DeviceTensor<T> destination, TFunction function, params ReadOnlySpan<KernelArgument> parameters)
        where T : unmanaged
        where TFunction : struct, IBinaryFunction<T>
    {
        ArgumentNullException.ThrowIfNull(x);
        RequireShape(outputGradient, x.Layout, nameof(outputGradient));
        RequireShape(destination, x.Layout);
        Elementwise.Run(
            kernels, Types<T>(), new BinaryBody<T, TFunction>(function), ElementwiseOperand.Of(destination), ElementwiseOperand.Of(x), ElementwiseOperand.Of(outputGradient), parameters: parameters);
    }

    internal static DeviceTensor<T> Gradient<T, TFunction>(
        ElementwiseKernels kernels, DeviceTensor<T> x, DeviceTensor<T> outputGradient, TFunction function, params ReadOnlySpan<KernelArgument> parameters)
        where T : unmanaged
        where TFunction : struct, IBinaryFunction<T>
    {
        using var result = new PendingTensor<T>(NewLike(x));
        Gradient(kernels, x, outputGradient, result.Tensor, function, parameters);
        return result.Complete();
    }

    internal static void Binary<T, TFunction>(BinaryKernels kernels, DeviceTensor<T> x, T scalar, bool scalarIsLeft, DeviceTensor<T> destination, TFunction function)
        where T : unmanaged
        where TFunction : struct, IBinaryFunction<T> =>
        Unary(kernels.Scalar, x, destination, new BoundFunction<T, TFunction>(function, scalar, scalarIsLeft), Scalar(scalar), scalarIsLeft);

    internal static DeviceTensor<T> Binary<T, TFunction>(BinaryKernels kernels, DeviceTensor<T> x, T scalar, bool scalarIsLeft, TFunction function)
        where T : unmanaged
        where TFunction : struct, IBinaryFunction<T>
    {
        using var result = new PendingTensor<T>(NewLike(x));
        Binary(kernels, x, scalar, scalarIsLeft, result.Tensor, function);
        return result.Complete();
    }

    internal static void Compare<T, TFunction>(BinaryKernels kernels, DeviceTensor<T> a, DeviceTensor<T> b, DeviceTensor<bool> destination, TFunction function)
        where T : unmanaged
        where TFunction : struct, ICompareFunction<T> =>
        Elementwise.Run(kernels.Tensors, Types<T>(), new CompareBody<T, TFunction>(function), ElementwiseOperand.Of(destination), ElementwiseOperand.Of(a), ElementwiseOperand.Of(b));

    internal static DeviceTensor<bool> Compare<T, TFunction>(BinaryKernels kernels, DeviceTensor<T> a, DeviceTensor<T> b, TFunction function)
        where T : unmanaged
        where TFunction : struct, ICompareFunction<T>
    {
        using var result = new PendingTensor<bool>(NewBroadcast<T, bool>(a, b));
        Compare(kernels, a, b, result.Tensor, function);
        return result.Complete();
    }

    internal static void Compare<T, TFunction>(BinaryKernels kernels, DeviceTensor<T> x, T scalar, bool scalarIsLeft, DeviceTensor<bool> destination, TFunction function)
        where T : unmanaged
        where TFunction : struct, ICompareFunction<T> =>
        Elementwise.Run(
            kernels.Scalar,
            Types<T>(),
            new TestBody<T, BoundComparison<T, TFunction>>(new(function, scalar, scalarIsLeft)),
            ElementwiseOperand.Of(destination),
            ElementwiseOperand.Of(x),
            parameters: [Scalar(scalar), scalarIsLeft]);

    internal static DeviceTensor<bool> Compare<T, TFunction>(BinaryKernels kernels, DeviceTensor<T> x, T scalar, bool scalarIsLeft, TFunction function)
        where T : unmanaged
        where TFunction : struct, ICompareFunction<T>
    {
        ArgumentNullException.ThrowIfNull(x);
        using var result = new PendingTensor<bool>(x.Device.Create<bool>(TensorLayout.Dense(x.Lengths), x.Stream));
        Compare(kernels, x, scalar, scalarIsLeft, result.Tensor, function);
        return result.Complete();
    }

    internal static void Test<T, TFunction>(ElementwiseKernels kernels, DeviceTensor<T> x, DeviceTensor<bool> destination, TFunction function)
        where T : unmanaged
        where TFunction : struct, ITestFunction<T>
    {
        ArgumentNullException.ThrowIfNull(x);
        RequireShape(destination, x.Layout);
        Elementwise.Run(kernels, Types<T>(), new TestBody<T, TFunction>(function), ElementwiseOperand.Of(destination), ElementwiseOperand.Of(x));
    }

    internal static DeviceTensor<bool> Test<T, TFunction>(ElementwiseKernels kernels, DeviceTensor<T> x, TFunction function)
        where T : unmanaged
        where TFunction : struct, ITestFunction<T>
    {
        ArgumentNullException.ThrowIfNull(x);
        using var result = new PendingTensor<bool>(x.Device.Create<bool>(TensorLayout.Dense(x.Lengths), x.Stream));
        Test(kernels, x, result.Tensor, function);
        return result.Complete();
    }

    internal static void Bits<T, TFunction>(ElementwiseKernels kernels, DeviceTensor<T> a, DeviceTensor<T> b, DeviceTensor<T> destination, TFunction function)
        where T : unmanaged
        where TFunction : struct, IBitFunction =>
        Elementwise.Run(kernels, Types<T>(), new BitBody<T, TFunction>(), ElementwiseOperand.Of(destination), ElementwiseOperand.Of(a), ElementwiseOperand.Of(b));

    internal static DeviceTensor<T> Bits<T, TFunction>(ElementwiseKernels kernels, DeviceTensor<T> a, DeviceTensor<T> b, TFunction function)
        where T : unmanaged
        where TFunction : struct, IBitFunction
    {
        using var result = new PendingTensor<T>(NewBroadcast<T, T>(a, b));
        Bits(kernels, a, b, result.Tensor, function);
        return result.Complete();
    }

    internal static void UnaryBits<T, TFunction>(ElementwiseKernels kernels, DeviceTensor<T> x, DeviceTensor<T> destination, TFunction function)
        where T : unmanaged
        where TFunction : struct, IBitFunction
    {
        ArgumentNullException.ThrowIfNull(x);
        RequireShape(destination, x.Layout);
        Elementwise.Run(kernels, Types<T>(), new BitBody<T, TFunction>(), ElementwiseOperand.Of(destination), ElementwiseOperand.Of(x));
    }

    internal static DeviceTensor<T> UnaryBits<T, TFunction>(ElementwiseKernels kernels, DeviceTensor<T> x, TFunction function)
        where T : unmanaged
        where TFunction : struct, IBitFunction
    {
        using var result = new PendingTensor<T>(NewLike(x));
        UnaryBits(kernels, x, result.Tensor, function);
        return result.Complete();
    }

    internal static void Bits<T, TFunction>(BinaryKernels kernels, DeviceTensor<T> x, T scalar, DeviceTensor<T> destination, TFunction function)
        where T : unmanaged
        where TFunction : struct, IBitFunction
    {
        ArgumentNullException.ThrowIfNull(x);
        RequireShape(destination, x.Layout);
        Elementwise.Run(
            kernels.Scalar,
            Types<T>(),
            new BoundBitBody<T, TFunction>(scalar),
            ElementwiseOperand.Of(destination),
            ElementwiseOperand.Of(x),
            parameters: [Scalar(scalar), false]);
    }

    internal static DeviceTensor<T> Bits<T, TFunction>(BinaryKernels kernels, DeviceTensor<T> x, T scalar, TFunction function)
        where T : unmanaged
        where TFunction : struct, IBitFunction
    {
        using var result = new PendingTensor<T>(NewLike(x));
        Bits(kernels, x, scalar, result.Tensor, function);
        return result.Complete();
    }

    internal static KernelTypes Types<T>() where T : unmanaged => new(ElementType<T>.Kind);
}
