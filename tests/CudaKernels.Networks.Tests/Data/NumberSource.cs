using CudaKernels.Networks;

namespace CudaKernels.Tests.Data;

/// <summary>Sample i holds the numbers 3i, 3i + 1 and 3i + 2 and has class i mod 5.</summary>
/// <param name="count">How many samples.</param>
/// <param name="before">Called with the number of each sample before it is decoded.</param>
internal sealed class NumberSource(int count, Action<int>? before = null) : ISampleSource<int>
{
    private int _decoded;

    public int Count => count;

    public IReadOnlyList<nint> Lengths => [3];

    /// <summary>How many samples were decoded.</summary>
    public int Decoded => Volatile.Read(ref _decoded);

    public long Label(int index) => index % 5;

    public void Decode(int index, Span<int> destination)
    {
        before?.Invoke(index);
        for (var i = 0; i < destination.Length; i++)
        {
            destination[i] = (3 * index) + i;
        }

        Interlocked.Increment(ref _decoded);
    }

    /// <summary>Checks that a batch holds what its indices say and gives them.</summary>
    public static long[] Verify(Batch<int> batch)
    {
        var indices = batch.Indices.ToArray();
        Assert.Equal(indices, batch.HostIndices.ToArray());
        Assert.Equal(batch.Count, indices.Length);
        Assert.Equal([batch.Count, 3], batch.Samples.Lengths);
        Assert.Equal(indices.SelectMany(i => (int[])[(int)(3 * i), (int)(3 * i) + 1, (int)(3 * i) + 2]), batch.Samples.ToArray());
        Assert.Equal(indices.Select(i => i % 5), batch.Labels.ToArray());
        Assert.Equal(batch.Labels.ToArray(), batch.HostLabels.ToArray());
        return indices;
    }
}
