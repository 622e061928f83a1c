namespace CudaKernels;

/// <summary>The shape of a batch normalisation and what its tensors must be.</summary>
internal static class BatchNormShape
{
    /// <summary>The channels of images (or rows) of two dimensions or more; channels that lie side by side are the columns of a matrix.</summary>
    /// <exception cref="ArgumentException">There are fewer than two dimensions.</exception>
    public static ChannelLayout Of<T>(DeviceTensor<T> x, ImageLayout layout) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(x);
        if (x.Rank < 2)
        {
            throw new ArgumentException($"a normalisation of channels takes [images, channels, ...], two dimensions at least, got shape {x.Layout}", nameof(x));
        }

        return layout == ImageLayout.ChannelsLast
            ? new ChannelLayout(TensorLayout.CountOf(x.Lengths[..^1]), x.Lengths[^1], 1, 0, 1)
            : new ChannelLayout(x.Lengths[0], x.Lengths[1], TensorLayout.CountOf(x.Lengths[2..]), 0, 1);
    }

    public static void Require<T>(DeviceTensor<T> x, ChannelLayout layout, DeviceTensor<T> destination, DeviceTensor<T>? gamma, DeviceTensor<T>? beta) where T : unmanaged
    {
        TensorOperations.RequireShape(destination, x.Layout);
        TensorOperations.RequireApart(x, destination, nameof(destination));
        destination.RequireDense(nameof(destination));
        RequireParameter(gamma, layout, destination, nameof(gamma));
        RequireParameter(beta, layout, destination, nameof(beta));
    }

    /// <summary>Checks an optional vector with one element per channel.</summary>
    public static void RequireParameter<T>(DeviceTensor<T>? vector, ChannelLayout layout, DeviceTensor<T> destination, string parameter) where T : unmanaged
    {
        if (vector is null)
        {
            return;
        }

        TensorOperations.RequireShape(vector, [(nint)layout.Channels], parameter);
        TensorOperations.RequireApart(vector, destination, parameter);
        vector.RequireDense();
    }

    /// <summary>Checks the means and scales of a batch.</summary>
    public static void RequireStatistics<T, TStatistic>(DeviceTensor<TStatistic> statistics, ChannelLayout layout, DeviceTensor<T> x, DeviceTensor<T> destination) where T : unmanaged where TStatistic : unmanaged
    {
        TensorOperations.RequireShape(statistics, [(nint)layout.Channels, 2], nameof(statistics));
        RequireState(statistics, x, destination, nameof(statistics));
    }

    /// <summary>Checks a running mean or variance.</summary>
    public static void RequireRunning<T, TStatistic>(DeviceTensor<TStatistic> vector, ChannelLayout layout, DeviceTensor<T> x, DeviceTensor<T> destination, string parameter) where T : unmanaged where TStatistic : unmanaged
    {
        TensorOperations.RequireShape(vector, [(nint)layout.Channels], parameter);
        RequireState(vector, x, destination, parameter);
    }

    private static void RequireState<T, TStatistic>(DeviceTensor<TStatistic> state, DeviceTensor<T> x, DeviceTensor<T> destination, string parameter) where T : unmanaged where TStatistic : unmanaged
    {
        var type = typeof(T) == typeof(double) ? typeof(double) : typeof(float);
        if (typeof(TStatistic) != type)
        {
            throw new ArgumentException($"the statistics of {typeof(T).Name} tensors are {(type == typeof(double) ? "double" : "float")}, got {typeof(TStatistic).Name}", parameter);
        }

        TensorOperations.RequireApart(x, state, parameter);
        TensorOperations.RequireApart(state, destination, parameter);
        state.RequireDense();
    }
}
