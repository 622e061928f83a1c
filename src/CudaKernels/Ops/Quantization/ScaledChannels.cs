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
        destination.RequireDense();
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
}
