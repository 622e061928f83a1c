using System.Numerics;

namespace CudaKernels;

/// <summary>
/// The managed form of the batch normalisation. Where a channel's elements lie side by side, a channel is a piece of work, which takes
/// its mean, then its variance, and writes it while it is in the cache; where channels lie side by side, pieces are rows (see
/// <see cref="ManagedColumnNorm"/>).
/// </summary>
internal static unsafe class ManagedBatchNorm
{
    public static void Train<T, TStatistic>(
        DeviceTensor<T> x,
        DeviceTensor<T>? gamma,
        DeviceTensor<T>? beta,
        DeviceTensor<T> y,
        DeviceTensor<TStatistic> statistics,
        DeviceTensor<TStatistic>? runningMean,
        DeviceTensor<TStatistic>? runningVariance,
        ChannelLayout layout,
        BatchNormOptions options)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TStatistic : unmanaged, IFloatingPointIeee754<TStatistic>
    {
        var cpu = (CpuDevice)y.Device;
        var parameters = new ChannelParameters<T>(Pointer(gamma), Pointer(beta));
        var moments = new BatchMoments<TStatistic>(ManagedSpan.Pointer(statistics), Pointer(runningMean), Pointer(runningVariance), layout.Count, options);
        if (layout.Spatial == 1)
        {
            ManagedColumnNorm.Moments(cpu, ManagedSpan.Pointer(x), layout, moments);
            Apply(cpu, ManagedSpan.Pointer(x), ManagedSpan.Pointer(y), ManagedSpan.Pointer(statistics), parameters, layout);
            return;
        }

        ManagedParallel.For(layout.Channels, cpu.Options.Threads, new TrainChannel<T, TStatistic>(ManagedSpan.Pointer(x), ManagedSpan.Pointer(y), parameters, moments, layout));
    }

    public static void Infer<T, TStatistic>(
        DeviceTensor<T> x, DeviceTensor<TStatistic> mean, DeviceTensor<TStatistic> variance, DeviceTensor<T>? gamma, DeviceTensor<T>? beta, DeviceTensor<T> y, ChannelLayout layout, BatchNormOptions options)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TStatistic : unmanaged, IFloatingPointIeee754<TStatistic>
    {
        var statistics = new TStatistic[2 * layout.Channels];
        for (nint c = 0; c < (nint)layout.Channels; c++)
        {
            statistics[2 * c] = ManagedSpan.Pointer(mean)[c];
            statistics[(2 * c) + 1] = TStatistic.CreateTruncating(1 / Math.Sqrt(double.CreateTruncating(ManagedSpan.Pointer(variance)[c]) + options.Epsilon));
        }

        fixed (TStatistic* first = statistics)
        {
            Apply((CpuDevice)y.Device, ManagedSpan.Pointer(x), ManagedSpan.Pointer(y), first, new ChannelParameters<T>(Pointer(gamma), Pointer(beta)), layout);
        }
    }

    private static void Apply<T, TStatistic>(CpuDevice cpu, T* x, T* y, TStatistic* statistics, ChannelParameters<T> parameters, ChannelLayout layout)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TStatistic : unmanaged, IFloatingPointIeee754<TStatistic>
    {
        if (layout.Spatial == 1)
        {
            ManagedColumnNorm.Apply(cpu, x, y, statistics, parameters, layout);
            return;
        }

        ManagedParallel.For(layout.Channels, cpu.Options.Threads, new ApplyChannel<T, TStatistic>(x, y, statistics, parameters, layout));
    }

    private static T* Pointer<T>(DeviceTensor<T>? tensor) where T : unmanaged => tensor is null ? null : ManagedSpan.Pointer(tensor);

    private readonly struct TrainChannel<T, TStatistic>(T* x, T* y, ChannelParameters<T> parameters, BatchMoments<TStatistic> moments, ChannelLayout layout) : IParallelBody
        where T : unmanaged, IFloatingPointIeee754<T>
        where TStatistic : unmanaged, IFloatingPointIeee754<TStatistic>
    {
        private readonly ChannelParameters<T> _parameters = parameters;
        private readonly BatchMoments<TStatistic> _moments = moments;
        private readonly ChannelLayout _layout = layout;

        public void Execute(long channel)
        {
            var plane = x + (channel * _layout.Spatial);
            var step = _layout.Channels * _layout.Spatial;
            double sum = 0, squares = 0;
            for (long image = 0; image < _layout.Images; image++)
            {
                sum += SpanReduction.Sum(new ReadOnlySpan<T>(plane + (image * step), (int)_layout.Spatial));
            }

            var mean = sum / _layout.Count;
            for (long image = 0; image < _layout.Images; image++)
            {
                // The mean is that of all planes: what its rounding to float adds to one it takes from another.
                squares += SpanReduction.SumOfSquaresAboutMean(new ReadOnlySpan<T>(plane + (image * step), (int)_layout.Spatial), mean);
            }

            _moments.Keep(channel, mean, squares);
            var (factor, offset) = _parameters.Of(channel, 1 / Math.Sqrt((squares / _layout.Count) + _moments.Epsilon));
            for (long image = 0; image < _layout.Images; image++)
            {
                PlaneFunctions.Normalize(plane + (image * step), y + (channel * _layout.Spatial) + (image * step), (int)_layout.Spatial, mean, factor, offset);
            }
        }
    }

    private readonly struct ApplyChannel<T, TStatistic>(T* x, T* y, TStatistic* statistics, ChannelParameters<T> parameters, ChannelLayout layout) : IParallelBody
        where T : unmanaged, IFloatingPointIeee754<T>
        where TStatistic : unmanaged, IFloatingPointIeee754<TStatistic>
    {
        private readonly ChannelParameters<T> _parameters = parameters;
        private readonly ChannelLayout _layout = layout;

        public void Execute(long channel)
        {
            var (factor, offset) = _parameters.Of(channel, double.CreateTruncating(statistics[(2 * channel) + 1]));
            for (long image = 0; image < _layout.Images; image++)
            {
                var at = ((image * _layout.Channels) + channel) * _layout.Spatial;
                PlaneFunctions.Normalize(x + at, y + at, (int)_layout.Spatial, double.CreateTruncating(statistics[2 * channel]), factor, offset);
            }
        }
    }
}

/// <summary>gamma and beta of each channel; null for ones and zeros.</summary>
internal readonly unsafe struct ChannelParameters<T>(T* gamma, T* beta) where T : unmanaged, INumberBase<T>
{
    /// <summary>scale·gamma and beta: y = (x - mean)·factor + offset.</summary>
    public (double Factor, double Offset) Of(long channel, double scale) =>
        (gamma is null ? scale : scale * double.CreateTruncating(gamma[channel]), beta is null ? 0 : double.CreateTruncating(beta[channel]));
}

/// <summary>Where the statistics of a batch are kept, and running ones that move towards them; null for none.</summary>
internal readonly unsafe struct BatchMoments<TStatistic>(TStatistic* statistics, TStatistic* runningMean, TStatistic* runningVariance, long count, BatchNormOptions options)
    where TStatistic : unmanaged, INumberBase<TStatistic>
{
    /// <summary>Added to the variance.</summary>
    public double Epsilon => options.Epsilon;

    /// <summary>Keeps the mean of a channel and the sum of the squares about it.</summary>
    public void Keep(long channel, double mean, double squares)
    {
        statistics[2 * channel] = TStatistic.CreateTruncating(mean);
        statistics[(2 * channel) + 1] = TStatistic.CreateTruncating(1 / Math.Sqrt((squares / count) + options.Epsilon));
        if (runningMean is not null)
        {
            runningMean[channel] = Moved(runningMean[channel], mean);
            runningVariance[channel] = Moved(runningVariance[channel], squares / (count - 1));
        }
    }

    private TStatistic Moved(TStatistic running, double value) => TStatistic.CreateTruncating(((1 - options.Momentum) * double.CreateTruncating(running)) + (options.Momentum * value));
}
