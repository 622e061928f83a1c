using System.Numerics;

namespace CudaKernels;

/// <summary>The tables that <c>RotaryEmbedding</c> takes, made on the host in double.</summary>
public static class RotaryTables
{
    /// <summary>The angle between neighbouring positions for each pair of columns: base^(-2i / width), in radians.</summary>
    /// <param name="width">The columns that are turned, an even number: those of a head, or its first ones.</param>
    /// <param name="baseFrequency">10,000 as in the paper; Llama 3 has 500,000.</param>
    /// <exception cref="ArgumentOutOfRangeException">The width is negative or odd, or the base is not positive and finite.</exception>
    public static double[] Frequencies(int width, double baseFrequency = 10_000)
    {
        if (width < 0 || width % 2 != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(width), width, "columns are turned in pairs: an even number of them, 0 or more");
        }

        if (baseFrequency is not (> 0 and < double.PositiveInfinity))
        {
            throw new ArgumentOutOfRangeException(nameof(baseFrequency), baseFrequency, "the base of the frequencies is a positive, finite number");
        }

        var frequencies = new double[width / 2];
        for (var i = 0; i < frequencies.Length; i++)
        {
            frequencies[i] = Math.Pow(baseFrequency, -2.0 * i / width);
        }

        return frequencies;
    }

    /// <summary>Makes the tables [positions, pairs]: magnitude·cos(position / stretch · frequency), and the same of the sine.</summary>
    /// <remarks>
    /// <see cref="Frequencies"/> gives the frequencies of the paper; those of Llama 3.1 or YaRN are the caller's own. Each angle is computed in double and its cosine
    /// and sine rounded once.
    /// </remarks>
    /// <typeparam name="T">double for double tensors, else float.</typeparam>
    /// <param name="device">Where the tables live.</param>
    /// <param name="positions">How many positions, from 0 on.</param>
    /// <param name="frequencies">The angle between neighbouring positions for each pair, in radians.</param>
    /// <param name="stretch">Positions are divided by this: more than 1 stretches a model to longer sequences (position interpolation, Chen et al. 2023).</param>
    /// <param name="magnitude">A factor of all cosines and sines, as YaRN has one (attention_factor). Gradients stay right; turning back then is no inverse.</param>
    /// <param name="stream">The stream of the tables; null for the default stream.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of positions is negative, or the stretch or the magnitude is not positive and finite.</exception>
    public static (DeviceTensor<T> Cosines, DeviceTensor<T> Sines) Create<T>(
        ComputeDevice device, int positions, ReadOnlySpan<double> frequencies, double stretch = 1, double magnitude = 1, CudaStream? stream = null) where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentOutOfRangeException.ThrowIfNegative(positions);
        RequireFactor(stretch, nameof(stretch));
        RequireFactor(magnitude, nameof(magnitude));
        var (cosines, sines) = (new T[checked(positions * frequencies.Length)], new T[positions * frequencies.Length]);
        for (int position = 0, at = 0; position < positions; position++)
        {
            foreach (var frequency in frequencies)
            {
                var (sine, cosine) = Math.SinCos(position / stretch * frequency);
                (cosines[at], sines[at++]) = (T.CreateTruncating(magnitude * cosine), T.CreateTruncating(magnitude * sine));
            }
        }

        using var first = new PendingTensor<T>(device.CreateTensor(cosines, [positions, frequencies.Length], stream));
        var second = device.CreateTensor(sines, [positions, frequencies.Length], stream);
        return (first.Complete(), second);
    }

    private static void RequireFactor(double value, string parameter)
    {
        if (value is not (> 0 and < double.PositiveInfinity))
        {
            throw new ArgumentOutOfRangeException(parameter, value, "a factor of positions, cosines and sines is a positive, finite number");
        }
    }
}
