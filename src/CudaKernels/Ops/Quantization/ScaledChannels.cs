namespace CudaKernels;

/// <summary>A tensor seen as [outer, channels, inner] with a scale for each channel; one scale for all is one channel.</summary>
internal readonly record struct ScaledChannels(nint Channels, nint Inner)
{
    /// <summary>What a scale's length and an axis make of a tensor, after a look at tensors and devices.</summary>
    /// <exception cref="ArgumentException">The scale has not one element, or one for each channel; a tensor is not dense, overlaps or lives elsewhere.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public static ScaledChannels Of<TFrom, TTo>(DeviceTensor<TFrom> source, DeviceTensor<float> scale, DeviceTensor<TTo> destination, int axis)
        where TFrom : unmanaged
        where TTo : unmanaged
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(scale);
        TensorOperations.RequireShape(destination, source.Layout);
        TensorOperations.RequireApart(source, destination, nameof(destination));
        TensorOperations.RequireApart(scale, destination, nameof(scale));
        destination.RequireDense(nameof(destination));
        scale.RequireDense();
        if (scale.Layout.HasLengths([1]))
        {
            return new ScaledChannels(1, Math.Max(source.FlattenedLength, 1));
        }

        axis = TensorLayout.Axis(axis, source.Rank);
        return scale.Layout.HasLengths([source.Lengths[axis]])
            ? new ScaledChannels(source.Lengths[axis], Math.Max(TensorLayout.CountOf(source.Lengths[(axis + 1)..]), 1))
            : throw new ArgumentException($"the scale of shape {source.Layout} is [1], or [{source.Lengths[axis]}] along dimension {axis}, got {scale.Layout}", nameof(scale));
    }

    /// <summary>Vectors of 16 bytes that a thread moves: kScaledVectors of kernels/common/quantization.cuh.</summary>
    private const int VectorsPerThread = 4;

    /// <summary>The blocks that move so many vectors.</summary>
    public static LaunchConfig Launch(long vectors)
    {
        const int threads = 256;
        return LaunchConfig.Cover((vectors + (VectorsPerThread * threads) - 1) / (VectorsPerThread * threads) * threads, threads);
    }

    /// <summary>Launches <c>quantize</c> or <c>dequantize</c> over dense memory: several vectors of the wider type a thread.</summary>
    /// <typeparam name="T">The wider type.</typeparam>
    /// <typeparam name="TTo">The element type of the destination.</typeparam>
    public void Launch<T, TTo>(CudaKernel kernel, KernelArgument source, DeviceTensor<float> scale, DeviceTensor<TTo> destination)
        where T : unmanaged
        where TTo : unmanaged
    {
        var length = Elementwise.PackBytes / ElementType<T>.Size;
        var count = (long)destination.FlattenedLength;
        destination.Stream!.Launch(kernel, Launch((count + length - 1) / length), destination.Output, source, scale.Input, count, (long)Channels, (long)Inner);
    }
}
