using System.Globalization;
using CudaKernels.Cli.Bench;

namespace CudaKernels.Peers;

/// <summary>One operation on one shape, ours and the peer's.</summary>
/// <param name="Name">The operation.</param>
/// <param name="Shape">The shape, for the table.</param>
/// <param name="Inputs">The shapes of the inputs.</param>
/// <param name="Output">The shape of the output.</param>
/// <param name="Model">The peer's form.</param>
/// <param name="Run">Ours, from the inputs to the output.</param>
internal sealed record Match(string Name, string Shape, long[][] Inputs, long[] Output, OnnxModel Model, Action<DeviceTensor<float>[], DeviceTensor<float>> Run)
{
    // Sums in another order differ by the rounding of as many terms.
    private const double Tolerance = 2e-3;

    /// <summary>Compares the results, then times both; gives a line of the table.</summary>
    /// <exception cref="InvalidOperationException">The results differ.</exception>
    public string Play(CpuDevice device, int threads)
    {
        var random = new Random(1);
        var values = Inputs.Select(lengths => (Values: Random(random, lengths), Lengths: lengths)).ToArray();
        var inputs = values.Select(input => device.CreateTensor(input.Values, [.. input.Lengths.Select(length => (nint)length)])).ToArray();
        try
        {
            using var output = device.CreateUninitializedTensor<float>([.. Output.Select(length => (nint)length)]);
            using var peer = new OnnxPeer(Model, values, Output, threads);
            Run(inputs, output);
            peer.Run();
            var difference = Difference(output.ToArray(), peer.Result);
            if (!(difference <= Tolerance))
            {
                throw new InvalidOperationException($"{Name} {Shape}: the results differ by {difference}");
            }

            var times = new Contest(new Contestant(Name, () => Run(inputs, output), device.Synchronize), new Contestant("onnxruntime", peer.Run, () => { })).Measure();
            var (ours, theirs) = (times[0].Median, times[1].Median);
            return string.Create(CultureInfo.InvariantCulture, $"| {Name} | {Shape} | {ours:G4} | {theirs:G4} | {theirs / ours:F2} | {difference:E1} |");
        }
        finally
        {
            Array.ForEach(inputs, input => input.Dispose());
        }
    }

    private static float[] Random(Random random, long[] lengths)
    {
        var values = new float[lengths.Aggregate(1L, (product, length) => product * length)];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (float)((2 * random.NextDouble()) - 1);
        }

        return values;
    }

    private static double Difference(ReadOnlySpan<float> ours, ReadOnlySpan<float> theirs)
    {
        var largest = 0.0;
        for (var i = 0; i < ours.Length; i++)
        {
            largest = Math.Max(largest, Math.Abs((double)ours[i] - theirs[i]));
        }

        return largest;
    }
}
