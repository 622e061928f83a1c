using System.Numerics;

namespace CudaKernels;

/// <summary>The managed form of <c>CrossEntropy</c> and its gradient: each row in float, or in double for double tensors.</summary>
internal static unsafe class ManagedCrossEntropy
{
    public static void Losses<T>(DeviceTensor<T> logits, DeviceTensor<long> labels, DeviceTensor<T> losses, MatrixRows rows, double smoothing) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var device = (CpuDevice)logits.Device;
        if (typeof(T) == typeof(double))
        {
            ManagedRows.Run(device, rows, new LossRow<T, double>(ManagedSpan.Pointer(logits), ManagedSpan.Pointer(labels), ManagedSpan.Pointer(losses), rows.Columns, smoothing));
        }
        else
        {
            ManagedRows.Run(device, rows, new LossRow<T, float>(ManagedSpan.Pointer(logits), ManagedSpan.Pointer(labels), ManagedSpan.Pointer(losses), rows.Columns, (float)smoothing));
        }
    }

    public static void Gradient<T>(DeviceTensor<T> logits, DeviceTensor<long> labels, DeviceTensor<T> gradient, MatrixRows rows, double scale, double smoothing) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var device = (CpuDevice)logits.Device;
        if (typeof(T) == typeof(double))
        {
            ManagedRows.Run(device, rows, new GradientRow<T, double>(ManagedSpan.Pointer(logits), ManagedSpan.Pointer(labels), ManagedSpan.Pointer(gradient), rows.Columns, scale, smoothing));
        }
        else
        {
            ManagedRows.Run(device, rows, new GradientRow<T, float>(ManagedSpan.Pointer(logits), ManagedSpan.Pointer(labels), ManagedSpan.Pointer(gradient), rows.Columns, (float)scale, (float)smoothing));
        }
    }

    /// <summary>The maximum of a row and Σ exp(x - maximum).</summary>
    private static (TCompute Maximum, TCompute Sum) Softsum<T, TCompute>(T* x, nint columns)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TCompute : IFloatingPointIeee754<TCompute>
    {
        var maximum = TCompute.NegativeInfinity;
        for (nint c = 0; c < columns; c++)
        {
            maximum = TCompute.Max(maximum, TCompute.CreateTruncating(x[c]));
        }

        var sum = TCompute.Zero;
        for (nint c = 0; c < columns; c++)
        {
            sum += TCompute.Exp(TCompute.CreateTruncating(x[c]) - maximum);
        }

        return (maximum, sum);
    }

    private readonly struct LossRow<T, TCompute>(T* x, long* labels, T* losses, nint columns, TCompute smoothing) : IRowBody
        where T : unmanaged, IFloatingPointIeee754<T>
        where TCompute : IFloatingPointIeee754<TCompute>
    {
        private readonly TCompute _smoothing = smoothing;

        public void Row(nint row)
        {
            var label = labels[row];
            if (label < 0 || label >= columns)
            {
                losses[row] = label < 0 ? T.Zero : T.NaN;
                return;
            }

            var logits = x + (row * columns);
            var (maximum, sum) = Softsum<T, TCompute>(logits, columns);
            losses[row] = T.CreateTruncating(TCompute.Log(sum) - ((TCompute.One - _smoothing) * (TCompute.CreateTruncating(logits[label]) - maximum)) + Smoothed(logits, maximum));
        }

        // Only where it has weight: a logit of -∞ makes it infinite.
        private TCompute Smoothed(T* logits, TCompute maximum)
        {
            var below = TCompute.Zero;
            if (_smoothing != TCompute.Zero)
            {
                for (nint c = 0; c < columns; c++)
                {
                    below += maximum - TCompute.CreateTruncating(logits[c]);
                }
            }

            return below * (_smoothing / TCompute.CreateTruncating(columns));
        }
    }

    private readonly struct GradientRow<T, TCompute>(T* x, long* labels, T* gradient, nint columns, TCompute scale, TCompute smoothing) : IRowBody
        where T : unmanaged, IFloatingPointIeee754<T>
        where TCompute : IFloatingPointIeee754<TCompute>
    {
        private readonly TCompute _scale = scale;
        private readonly TCompute _smoothing = smoothing;

        public void Row(nint row)
        {
            var label = labels[row];
            var logits = new ReadOnlySpan<T>(x + (row * columns), (int)columns);
            var result = new Span<T>(gradient + (row * columns), (int)columns);
            if (label < 0 || label >= columns)
            {
                result.Fill(label < 0 ? T.Zero : T.NaN);
                return;
            }

            var (maximum, sum) = Softsum<T, TCompute>(x + (row * columns), columns);
            var others = _smoothing / TCompute.CreateTruncating(columns);
            var target = TCompute.One - _smoothing + others;
            for (var c = 0; c < logits.Length; c++)
            {
                var probability = TCompute.Exp(TCompute.CreateTruncating(logits[c]) - maximum) / sum;
                result[c] = T.CreateTruncating((probability - (c == label ? target : others)) * _scale);
            }
        }
    }
}
