using System.Diagnostics;
using System.Numerics;

namespace CudaKernels;

/// <summary>
/// Measures which implementation of the matrix product is the fastest on a CUDA device. <see cref="MatMulAlgorithm.Auto"/> takes it from then on for
/// products like the one measured, in later processes too, unless <see cref="CudaDeviceOptions.UseTimings"/> is off.
/// </summary>
public static class MatMulTuner
{
    private const int Rounds = 7;
    private const double RoundMilliseconds = 1;
    private const int MostCalls = 64;

    /// <summary>Runs every implementation in turns on random matrices, and remembers the fastest.</summary>
    /// <param name="device">A CUDA device.</param>
    /// <param name="m">Rows of the product.</param>
    /// <param name="n">Its columns.</param>
    /// <param name="k">The length of the sums.</param>
    /// <param name="transposeA">Whether A is given as [k, m].</param>
    /// <param name="transposeB">Whether B is given as [n, k].</param>
    /// <returns>All implementations that the device has for the type, the fastest first.</returns>
    /// <remarks>
    /// What is measured speaks for products of the same type and transpositions whose lengths lie between the same powers of 2. The rounding of the
    /// implementations differs: whoever needs the same bits on every machine names one.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">A length is below 1.</exception>
    public static IReadOnlyList<MatMulTiming> Tune<T>(CudaDevice device, nint m, nint n, nint k, bool transposeA = false, bool transposeB = false) where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentOutOfRangeException.ThrowIfLessThan(m, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        var position = new PhiloxState(1);
        using var a = device.CreateUninitializedTensor<T>(transposeA ? [k, m] : [m, k]);
        using var b = device.CreateUninitializedTensor<T>(transposeB ? [n, k] : [k, n]);
        using var c = device.CreateUninitializedTensor<T>([m, n]);
        b.FillNormal(a.FillNormal(position));
        Contestant[] contestants = [.. MatMulChoice.Candidates<T>(device, m).Select(algorithm => new Contestant(algorithm, () => a.MatMul(b, c, transposeA, transposeB, algorithm: algorithm)))];
        using var clock = new Clock(device);
        foreach (var contestant in contestants)
        {
            contestant.WarmUp(clock);
        }

        for (var round = 0; round < Rounds; round++)
        {
            foreach (var contestant in contestants)
            {
                contestant.Measure(clock);
            }
        }

        MatMulTiming[] timings = [.. contestants.Select(contestant => contestant.Timing).OrderBy(timing => timing.Milliseconds)];
        device.MatMulTimings.Remember(MatMulClass.Of<T>(MatrixOperand.Of(a.Layout, transposeA), MatrixOperand.Of(b.Layout, transposeB)), timings[0].Algorithm);
        return timings;
    }

    private sealed class Contestant(MatMulAlgorithm algorithm, Action call)
    {
        private readonly List<double> _milliseconds = [];
        private int _calls = 1;

        public MatMulTiming Timing => new(algorithm, _milliseconds.Order().ElementAt(_milliseconds.Count / 2));

        // The first call compiles; the second says how many make a round.
        public void WarmUp(Clock clock)
        {
            call();
            _calls = (int)Math.Clamp(RoundMilliseconds / Math.Max(clock.Measure(call, 1), 1e-6), 1, MostCalls);
        }

        public void Measure(Clock clock) => _milliseconds.Add(clock.Measure(call, _calls));
    }

    /// <summary>Events on a GPU; the software device has no clock of its own.</summary>
    private sealed class Clock(CudaDevice device) : IDisposable
    {
        private readonly CudaEvent? _start = device.Kind == DeviceKind.Cuda ? device.CreateEvent() : null;
        private readonly CudaEvent? _stop = device.Kind == DeviceKind.Cuda ? device.CreateEvent() : null;

        /// <summary>The milliseconds of one of so many calls.</summary>
        public double Measure(Action call, int calls)
        {
            device.Synchronize();
            var begin = Stopwatch.GetTimestamp();
            if (_start is not null)
            {
                device.DefaultStream.Record(_start);
            }

            for (var i = 0; i < calls; i++)
            {
                call();
            }

            if (_stop is not null)
            {
                device.DefaultStream.Record(_stop);
            }

            device.Synchronize();
            return (_stop is null ? Stopwatch.GetElapsedTime(begin).TotalMilliseconds : _stop.MillisecondsSince(_start!)) / calls;
        }

        public void Dispose()
        {
            _start?.Dispose();
            _stop?.Dispose();
        }
    }
}
