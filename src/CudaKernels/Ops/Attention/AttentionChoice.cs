namespace CudaKernels;

/// <summary>The choice between the kernels of an attention.</summary>
internal static class AttentionChoice
{
    /// <summary>A block by wgmma works on 128 queries and more: with fewer than these most of it would have nothing to do.</summary>
    private const long LeastWgmmaQueries = 64;

    /// <summary>The implementation of an attention; never <see cref="AttentionAlgorithm.Auto"/>.</summary>
    /// <param name="device">Where it runs.</param>
    /// <param name="shape">The attention.</param>
    /// <param name="algorithm">What was asked for.</param>
    /// <param name="addresses">Where queries, keys, values and the result lie.</param>
    /// <exception cref="NotSupportedException">It was asked for and has no such attention.</exception>
    public static AttentionAlgorithm Forward<T>(CudaDevice device, in AttentionShape shape, AttentionAlgorithm algorithm, params ReadOnlySpan<nuint> addresses) where T : unmanaged =>
        Choose<T>(device, shape, algorithm, isGradient: false, addresses);

    /// <summary>The implementation of an attention's gradients; never <see cref="AttentionAlgorithm.Auto"/>.</summary>
    /// <param name="device">Where they run.</param>
    /// <param name="shape">The attention.</param>
    /// <param name="algorithm">What was asked for.</param>
    /// <param name="addresses">Where queries, keys, values, the output's gradient and the results lie.</param>
    /// <exception cref="NotSupportedException">It was asked for and has no such gradients.</exception>
    public static AttentionAlgorithm Gradient<T>(CudaDevice device, in AttentionShape shape, AttentionAlgorithm algorithm, params ReadOnlySpan<nuint> addresses) where T : unmanaged =>
        Choose<T>(device, shape, algorithm, isGradient: true, addresses);

    /// <summary>The implementation of an attention of 8-bit floats: <see cref="AttentionAlgorithm.Plain"/> or <see cref="AttentionAlgorithm.Wgmma"/>.</summary>
    /// <exception cref="NotSupportedException">It was asked for and has no such attention.</exception>
    public static AttentionAlgorithm Quantized(CudaDevice device, in AttentionShape shape, AttentionAlgorithm algorithm, params ReadOnlySpan<nuint> addresses) => algorithm switch
    {
        AttentionAlgorithm.Auto => device.Kind == DeviceKind.Cuda && shape.Queries >= LeastWgmmaQueries && device.HasWgmma && WgmmaObstacle<Float8E4M3>(device, shape, isGradient: false, addresses) is null ? AttentionAlgorithm.Wgmma : AttentionAlgorithm.Plain,
        AttentionAlgorithm.Wgmma => WgmmaObstacle<Float8E4M3>(device, shape, isGradient: false, addresses) is { } obstacle ? throw new NotSupportedException(obstacle) : AttentionAlgorithm.Wgmma,
        AttentionAlgorithm.Flash => throw new NotSupportedException($"attention of 8-bit floats is computed by {AttentionAlgorithm.Plain} and {AttentionAlgorithm.Wgmma}, not by {algorithm}"),
        _ => AttentionAlgorithm.Plain,
    };

    /// <summary>The implementation of an attention over pages: <see cref="AttentionAlgorithm.Plain"/> or <see cref="AttentionAlgorithm.Flash"/>.</summary>
    /// <exception cref="NotSupportedException">It was asked for and has no such attention.</exception>
    public static AttentionAlgorithm Paged<T>(CudaDevice device, in AttentionShape shape, AttentionAlgorithm algorithm) where T : unmanaged =>
        algorithm == AttentionAlgorithm.Wgmma ? throw new NotSupportedException($"attention over pages is computed by {AttentionAlgorithm.Plain} and {AttentionAlgorithm.Flash}, not by {algorithm}")
        : IsFlash<T>(device, shape, algorithm) ? AttentionAlgorithm.Flash
        : AttentionAlgorithm.Plain;

    private static AttentionAlgorithm Choose<T>(CudaDevice device, in AttentionShape shape, AttentionAlgorithm algorithm, bool isGradient, ReadOnlySpan<nuint> addresses) where T : unmanaged
    {
        // Of nothing there are no tensor maps.
        var isNothing = shape.StoredQueryRows == 0 || shape.StoredKeyRows == 0;
        if (algorithm != AttentionAlgorithm.Wgmma)
        {
            return !IsFlash<T>(device, shape, algorithm) ? AttentionAlgorithm.Plain
                : algorithm == AttentionAlgorithm.Auto && device.Kind == DeviceKind.Cuda && shape.Queries >= LeastWgmmaQueries && device.HasWgmma && !isNothing && WgmmaObstacle<T>(device, shape, isGradient, addresses) is null ? AttentionAlgorithm.Wgmma
                : AttentionAlgorithm.Flash;
        }

        return WgmmaObstacle<T>(device, shape, isGradient, addresses) is { } obstacle ? throw new NotSupportedException(obstacle)
            : isNothing ? AttentionAlgorithm.Flash
            : AttentionAlgorithm.Wgmma;
    }

    private static bool IsFlash<T>(CudaDevice device, in AttentionShape shape, AttentionAlgorithm algorithm) where T : unmanaged
    {
        if (algorithm == AttentionAlgorithm.Plain)
        {
            return false;
        }

        var exists = IsFlashType<T>(shape) && MatMulChoice.HasTensorCores(device.Specification.ComputeCapability);
        return exists || algorithm == AttentionAlgorithm.Auto ? exists : throw new NotSupportedException(
            $"flash attention takes Half and BFloat16 with head_dim = value_dim of 64, 128 or 256 on devices of compute capability 8.0 and above, got {ElementType<T>.Kind} with {shape.HeadDim} and {shape.ValueDim} on {device.Id} of {device.Specification.ComputeCapability}");
    }

    /// <summary>Why an attention does not go by wgmma; null where it does.</summary>
    private static string? WgmmaObstacle<T>(CudaDevice device, in AttentionShape shape, bool isGradient, ReadOnlySpan<nuint> addresses) where T : unmanaged
    {
        if (!(IsFlashType<T>(shape) || (ElementType<T>.Kind == ElementKind.Float8E4M3 && IsFlashWidth(shape))))
        {
            return $"attention by wgmma takes Half, BFloat16 and, without gradients, Float8E4M3 with head_dim = value_dim of 64, 128 or 256, got {ElementType<T>.Kind} with {shape.HeadDim} and {shape.ValueDim}";
        }

        if (!device.HasWgmma)
        {
            return $"attention by wgmma needs {device.WithoutWgmma()}";
        }

        foreach (var address in addresses)
        {
            if (address % FlashWgmma.Alignment != 0)
            {
                return $"attention by wgmma takes tensors that start at multiples of {FlashWgmma.Alignment} bytes, got one at 0x{address:x}";
            }
        }

        var fits = FlashWgmma.Fits<T>(shape) && (!isGradient || FlashGradientWgmma.Fits(shape));
        return fits ? null : $"attention by wgmma counts rows, heads and its items of work by 31 bits, got {shape.StoredQueryRows} rows of queries in {shape.Heads} heads and {shape.StoredKeyRows} rows of keys";
    }

    private static bool IsFlashType<T>(in AttentionShape shape) where T : unmanaged =>
        ElementType<T>.Kind is ElementKind.Float16 or ElementKind.BFloat16 && IsFlashWidth(shape);

    private static bool IsFlashWidth(in AttentionShape shape) => shape.HeadDim == shape.ValueDim && shape.HeadDim is 64 or 128 or 256;
}
