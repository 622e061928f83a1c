using System.Numerics;

namespace CudaKernels;

/// <summary>The managed form of the gradients of layer norm and RMS norm, and of group norm where columns are channels: each row, or group of a row, in float, or in double for double tensors.</summary>
internal static unsafe class ManagedRowNormGradient
{
    public static void Run<T>(MatrixRows rows, int groups, DeviceTensor<T> x, DeviceTensor<T> dy, DeviceTensor<T>? gamma, DeviceTensor<T> dx, ParameterGradients<T> gradients, double epsilon, bool centred)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(double))
        {
            Run<T, double>(rows, groups, x, dy, gamma, dx, gradients, epsilon, centred);
        }
        else
        {
            Run<T, float>(rows, groups, x, dy, gamma, dx, gradients, epsilon, centred);
        }
    }

    private static void Run<T, TCompute>(MatrixRows rows, int groups, DeviceTensor<T> x, DeviceTensor<T> dy, DeviceTensor<T>? gamma, DeviceTensor<T> dx, ParameterGradients<T> gradients, double epsilon, bool centred)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TCompute : unmanaged, IFloatingPointIeee754<TCompute>
    {
        var parts = ColumnParts.Of(rows.Count, rows.Columns);
        using var factors = new WideElements<T, TCompute>(gamma is null ? null : ManagedSpan.Pointer(gamma), gamma is null ? 0 : rows.Columns);
        using var sums = new ColumnSums(parts, gradients.Any ? 2 : 0);
        var work = new Work<T, TCompute>(parts, groups, ManagedSpan.Pointer(x), ManagedSpan.Pointer(dy), gamma is null ? null : factors.Address, ManagedSpan.Pointer(dx), gradients.Any ? sums.Address : null, epsilon, centred);
        ManagedParallel.For(parts.Count, ((CpuDevice)dx.Device).Options.Threads, work);
        if (gradients.Gamma is not null)
        {
            sums.Join(0, ManagedSpan.Pointer(gradients.Gamma));
        }

        if (gradients.Beta is not null)
        {
            sums.Join(1, ManagedSpan.Pointer(gradients.Beta));
        }
    }

    private readonly struct Work<T, TCompute>(ColumnParts parts, int groups, T* x, T* dy, TCompute* gamma, T* dx, double* sums, double epsilon, bool centred) : IParallelBody
        where T : unmanaged
        where TCompute : unmanaged, IFloatingPointIeee754<TCompute>
    {
        private readonly ColumnParts _parts = parts;

        public void Execute(long part)
        {
            var (all, columns) = ((int)_parts.Columns, (int)_parts.Columns / groups);
            using var totals = new ColumnAccumulator<TCompute>(sums is null ? null : sums + (part * 2 * all), 2 * all);
            using var wide = new WideRow<T, TCompute>(3, columns);
            var (begin, end) = _parts.Range(part);
            for (var row = begin; row < end; row++)
            {
                for (var first = 0; first < all; first += columns)
                {
                    Group(wide, (row * all) + first, first, columns, totals.Address);
                }

                totals.EndRow();
            }
        }

        private void Group(WideRow<T, TCompute> wide, nint start, int first, int columns, TCompute* totals)
        {
            var elements = wide.Read(0, x + start, columns);
            var gradient = wide.Read(1, dy + start, columns);
            var mean = centred ? SpanReduction.Sum(elements) / columns : 0;
            var squares = centred ? SpanReduction.SumOfSquaresAboutMean(elements, mean) : SpanReduction.SumOfSquares(elements);
            var (shift, scale) = (TCompute.CreateTruncating(mean), TCompute.CreateTruncating(1 / Math.Sqrt((squares / columns) + epsilon)));
            var factors = gamma is null ? null : gamma + first;
            var gammaSums = totals is null ? null : totals + first;
            var betaSums = totals is null ? null : gammaSums + _parts.Columns;
            var (sum, product) = RowNormLoops.Sums(gradient, elements, factors, shift, scale, gammaSums, betaSums);
            var result = wide.Write(2, dx + start, columns);
            RowNormLoops.Gradient(gradient, elements, factors, result, shift, scale, TCompute.CreateTruncating(centred ? sum / columns : 0), TCompute.CreateTruncating(product / columns));
            wide.Finish(2, dx + start, columns);
        }
    }
}
