namespace CudaKernels.Networks;

/// <summary>Feature vectors with classes, on the host.</summary>
public sealed class LabelledData : ISampleSource<float>
{
    /// <param name="features">All vectors, one after another.</param>
    /// <param name="labels">The class of each vector.</param>
    /// <exception cref="ArgumentException">The features do not divide into as many vectors as there are labels.</exception>
    public LabelledData(float[] features, long[] labels)
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(labels);
        if (labels.Length == 0 || features.Length % labels.Length != 0)
        {
            throw new ArgumentException($"{features.Length} features do not divide into {labels.Length} vectors");
        }

        (Features, Labels) = (features, labels);
    }

    /// <summary>All vectors, one after another.</summary>
    public float[] Features { get; }

    /// <summary>The class of each vector.</summary>
    public long[] Labels { get; }

    /// <summary>How many vectors.</summary>
    public int Count => Labels.Length;

    /// <summary>The length of a vector.</summary>
    public int Width => Features.Length / Labels.Length;

    /// <summary>[<see cref="Width"/>].</summary>
    public IReadOnlyList<nint> Lengths => [Width];

    /// <summary>The first <paramref name="count"/> vectors.</summary>
    public LabelledData Take(int count) => count >= Count ? this : new LabelledData(Features[..(count * Width)], Labels[..count]);

    /// <summary>The class of a vector.</summary>
    public long Label(int index) => Labels[index];

    /// <summary>Copies a vector.</summary>
    public void Decode(int index, Span<float> destination) => Features.AsSpan(index * Width, Width).CopyTo(destination);

    /// <summary>Copies the vectors at the given places into a batch.</summary>
    internal void Gather(ReadOnlySpan<int> places, Span<float> features, Span<long> labels)
    {
        for (var i = 0; i < places.Length; i++)
        {
            Features.AsSpan(places[i] * Width, Width).CopyTo(features[(i * Width)..]);
            labels[i] = Labels[places[i]];
        }
    }
}
