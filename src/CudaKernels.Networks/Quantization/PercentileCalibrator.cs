using System.Numerics.Tensors;

namespace CudaKernels.Networks;

/// <summary>The range covers a share of the values, such as 99.99 %: outliers saturate, and all others get finer steps. Found by a histogram of 2,048 bins.</summary>
/// <remarks>Where a value lies beyond the bins, they become twice as wide. The range is the upper end of a bin, so that it covers the share at least.</remarks>
public sealed class PercentileCalibrator : Calibrator
{
    private const int Bins = 2048;

    private readonly double _percentile;
    private readonly long[] _counts = new long[Bins];
    private long _total;
    private double _width;
    private float _max;

    /// <param name="percentile">The share of the values in percent, in (0, 100]; 100 is the largest magnitude.</param>
    /// <exception cref="ArgumentOutOfRangeException">The share is outside (0, 100].</exception>
    public PercentileCalibrator(double percentile = 99.99)
    {
        if (!(percentile is > 0 and <= 100))
        {
            throw new ArgumentOutOfRangeException(nameof(percentile), percentile, "a percentile is in (0, 100]");
        }

        _percentile = percentile;
    }

    /// <inheritdoc/>
    protected override float Range
    {
        get
        {
            var (bin, covered) = (0, _counts[0]);
            while (bin < Bins - 1 && covered < _total * _percentile / 100)
            {
                covered += _counts[++bin];
            }

            return (float)Math.Min((bin + 1) * _width, _max);
        }
    }

    /// <inheritdoc/>
    protected override void Observe(ReadOnlySpan<float> magnitudes)
    {
        Cover(TensorPrimitives.Max(magnitudes));
        foreach (var magnitude in magnitudes)
        {
            // Zeros before the first other value have no width yet.
            _counts[_width > 0 ? (int)Math.Min(magnitude / _width, Bins - 1) : 0]++;
        }

        _total += magnitudes.Length;
    }

    private void Cover(float largest)
    {
        _max = Math.Max(_max, largest);
        if (_width == 0)
        {
            _width = (double)_max / Bins;
            return;
        }

        while (_max > _width * Bins)
        {
            for (var bin = 0; bin < Bins / 2; bin++)
            {
                _counts[bin] = _counts[2 * bin] + _counts[(2 * bin) + 1];
            }

            _counts.AsSpan(Bins / 2).Clear();
            _width *= 2;
        }
    }
}
