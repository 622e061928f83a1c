using System.Numerics;

namespace CudaKernels;

/// <summary>The managed form of the batch normalisation's gradients: by channels, or by rows where channels lie side by side.</summary>
internal static unsafe class ManagedBatchNormGradient
{
    public static void Run<T, TStatistic>(
        DeviceTensor<T> x, DeviceTensor<T> dy, DeviceTensor<TStatistic> statistics, DeviceTensor<T>? gamma, DeviceTensor<T> dx, ParameterGradients<T> gradients, ChannelLayout layout)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TStatistic : unmanaged, IFloatingPointIeee754<TStatistic>
    {
        var cpu = (CpuDevice)dx.Device;
        var factors = new ChannelParameters<T>(gamma is null ? null : ManagedSpan.Pointer(gamma), null);
        var results = new GradientPointers<T>(gradients);
        if (layout.Spatial == 1)
        {
            Rows(cpu, ManagedSpan.Pointer(x), ManagedSpan.Pointer(dy), ManagedSpan.Pointer(statistics), factors, ManagedSpan.Pointer(dx), results, layout);
            return;
        }

        ManagedParallel.For(
            layout.Channels,
            cpu.Options.Threads,
            new Channel<T, TStatistic>(ManagedSpan.Pointer(x), ManagedSpan.Pointer(dy), ManagedSpan.Pointer(statistics), factors, ManagedSpan.Pointer(dx), results, layout));
    }

    private static void Rows<T, TCompute>(CpuDevice cpu, T* x, T* dy, TCompute* statistics, ChannelParameters<T> factors, T* dx, GradientPointers<T> results, ChannelLayout layout)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TCompute : unmanaged, IFloatingPointIeee754<TCompute>
    {
        var (parts, columns) = (ColumnParts.Of((nint)layout.Images, (nint)layout.Channels), (int)layout.Channels);
        using var vectors = new ColumnVectors<TCompute>(5, columns);
        using var totals = new ColumnVectors<double>(2, columns);
        for (var c = 0; c < columns; c++)
        {
            (vectors[0][c], vectors[1][c]) = (statistics[2 * c], statistics[(2 * c) + 1]);
        }

        using (var sums = new ColumnSums(parts, 2))
        {
            ManagedParallel.For(parts.Count, cpu.Options.Threads, new SumWork<T, TCompute>(parts, x, dy, vectors[0], vectors[1], sums.Address));
            sums.Join(0, new Span<double>(totals[0], columns));
            sums.Join(1, new Span<double>(totals[1], columns));
        }

        for (var c = 0; c < columns; c++)
        {
            results.Keep(c, totals[0][c], totals[1][c]);
            var steps = GradientSteps.Of(factors, c, double.CreateTruncating(vectors[1][c]), totals[0][c], totals[1][c], layout.Count);
            (vectors[2][c], vectors[3][c], vectors[4][c]) = (TCompute.CreateTruncating(steps.Factor), TCompute.CreateTruncating(steps.Slope), TCompute.CreateTruncating(steps.Offset));
        }

        ManagedParallel.For(parts.Count, cpu.Options.Threads, new GradientWork<T, TCompute>(parts, x, dy, dx, vectors[0], vectors[2], vectors[3], vectors[4]));
    }

    private readonly struct Channel<T, TStatistic>(T* x, T* dy, TStatistic* statistics, ChannelParameters<T> factors, T* dx, GradientPointers<T> results, ChannelLayout layout) : IParallelBody
        where T : unmanaged, IFloatingPointIeee754<T>
        where TStatistic : unmanaged, IFloatingPointIeee754<TStatistic>
    {
        private readonly ChannelParameters<T> _factors = factors;
        private readonly GradientPointers<T> _results = results;
        private readonly ChannelLayout _layout = layout;

        public void Execute(long channel)
        {
            var (count, first, step) = ((int)_layout.Spatial, channel * _layout.Spatial, _layout.Channels * _layout.Spatial);
            var (mean, scale) = (statistics[2 * channel], statistics[(2 * channel) + 1]);
            using var wide = new WideRow<T, TStatistic>(3, count);
            double sum = 0, product = 0;
            for (long image = 0; image < _layout.Images; image++)
            {
                var at = first + (image * step);
                var (planeSum, planeProduct) = RowNormLoops.Sums(wide.Read(0, dy + at, count), wide.Read(1, x + at, count), null, mean, scale);
                (sum, product) = (sum + planeSum, product + planeProduct);
            }

            _results.Keep(channel, product, sum);
            var function = GradientSteps.Of(_factors, channel, double.CreateTruncating(scale), product, sum, _layout.Count).At(mean);
            for (long image = 0; image < _layout.Images; image++)
            {
                var at = first + (image * step);
                VectorPairLoop.Apply(function, wide.Read(0, dy + at, count), wide.Read(1, x + at, count), wide.Write(2, dx + at, count));
                wide.Finish(2, dx + at, count);
            }
        }
    }

    private readonly struct SumWork<T, TCompute>(ColumnParts parts, T* x, T* dy, TCompute* mean, TCompute* scale, double* sums) : IParallelBody
        where T : unmanaged
        where TCompute : unmanaged, IFloatingPointIeee754<TCompute>
    {
        private readonly ColumnParts _parts = parts;

        public void Execute(long part)
        {
            var columns = (int)_parts.Columns;
            using var wide = new WideRow<T, TCompute>(2, columns);
            using var totals = new ColumnAccumulator<TCompute>(sums + (part * 2 * columns), 2 * columns);
            var (begin, end) = _parts.Range(part);
            for (var row = begin; row < end; row++)
            {
                ColumnNormLoops.AddGradients(wide.Read(0, dy + (row * columns), columns), wide.Read(1, x + (row * columns), columns), mean, scale, totals.Address, totals.Address + columns);
                totals.EndRow();
            }
        }
    }

    private readonly struct GradientWork<T, TCompute>(ColumnParts parts, T* x, T* dy, T* dx, TCompute* mean, TCompute* factor, TCompute* slope, TCompute* offset) : IParallelBody
        where T : unmanaged
        where TCompute : unmanaged, IFloatingPointIeee754<TCompute>
    {
        private readonly ColumnParts _parts = parts;

        public void Execute(long part)
        {
            var columns = (int)_parts.Columns;
            using var wide = new WideRow<T, TCompute>(3, columns);
            var (begin, end) = _parts.Range(part);
            for (var row = begin; row < end; row++)
            {
                var at = row * columns;
                ColumnNormLoops.Gradient(wide.Read(0, dy + at, columns), wide.Read(1, x + at, columns), mean, factor, slope, offset, wide.Write(2, dx + at, columns));
                wide.Finish(2, dx + at, columns);
            }
        }
    }
}

/// <summary>Where gradients to gamma and beta go; null for one that is not wanted.</summary>
internal readonly unsafe struct GradientPointers<T>(ParameterGradients<T> gradients) where T : unmanaged, INumberBase<T>
{
    private readonly T* _gamma = gradients.Gamma is null ? null : ManagedSpan.Pointer(gradients.Gamma);
    private readonly T* _beta = gradients.Beta is null ? null : ManagedSpan.Pointer(gradients.Beta);

    public void Keep(long channel, double gamma, double beta)
    {
        if (_gamma is not null)
        {
            _gamma[channel] = T.CreateTruncating(gamma);
        }

        if (_beta is not null)
        {
            _beta[channel] = T.CreateTruncating(beta);
        }
    }
}

/// <summary>dx = dy·factor + (x - mean)·slope + offset: the gradient through a mean and a scale that a channel's elements share.</summary>
internal readonly record struct GradientSteps(double Factor, double Slope, double Offset)
{
    /// <param name="parameters">gamma.</param>
    /// <param name="channel">Whose gamma.</param>
    /// <param name="scale">1 / √(variance + ε).</param>
    /// <param name="product">Σ g·x̂ over what shares the mean.</param>
    /// <param name="sum">Σ g over what shares the mean.</param>
    /// <param name="count">How many elements share the mean.</param>
    public static GradientSteps Of<T>(ChannelParameters<T> parameters, long channel, double scale, double product, double sum, long count) where T : unmanaged, INumberBase<T>
    {
        var factor = parameters.Of(channel, scale).Factor;
        return new GradientSteps(factor, -factor * scale * (product / count), -factor * (sum / count));
    }

    /// <summary>The function of (dy, x).</summary>
    public PlaneFunctions.Gradient<T> At<T>(T mean) where T : unmanaged, INumberBase<T> => new(mean, T.CreateTruncating(Factor), T.CreateTruncating(Slope), T.CreateTruncating(Offset));
}
