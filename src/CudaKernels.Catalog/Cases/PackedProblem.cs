namespace CudaKernels.Catalog.Cases;

/// <summary>The attention of packed sequences and its gradients, sequence by sequence; NaN in rows of none, and in sequences that a device knows to be wrong.</summary>
/// <param name="sequences">The sequences.</param>
/// <param name="options">Which keys a query sees.</param>
/// <param name="mostQueries">The most queries of a sequence, as the device is told.</param>
internal sealed class PackedProblem(PackedSequences sequences, AttentionOptions options, int mostQueries)
{
    public PackedSequences Sequences => sequences;

    public AttentionOptions Options => options;

    public int MostQueries => mostQueries;

    /// <summary>The operations of the products with two matrices, forwards.</summary>
    public double Flops => Whole.Sum(sequence => sequences.Of(sequence, options).Flops);

    private IEnumerable<int> Whole =>
        Enumerable.Range(0, sequences.Sequences).Where(sequence => sequences.HasKeys(sequence) && sequences.Queries[sequence + 1] - sequences.Queries[sequence] <= mostQueries);

    /// <summary>The result, and the logarithms of the sums.</summary>
    public (AttentionReference.Sums Output, AttentionReference.Sums LogSumExp) Forward(double[] q, double[] k, double[] v)
    {
        var (output, logarithms) = (Empty(sequences.OutputLengths), Empty(sequences.QueryLengths[..2]));
        foreach (var sequence in Whole)
        {
            var mine = sequences.Of(sequence, options).Forward(sequences.QueriesOf(q, sequence), sequences.KeysOf(k, sequence), sequences.KeysOf(v, sequence));
            Put(sequences.SetQueries, output, sequence, mine.Output);
            Put(sequences.SetQueries, logarithms, sequence, mine.LogSumExp);
        }

        return (output, logarithms);
    }

    /// <summary>The gradients to queries, keys and values.</summary>
    public (AttentionReference.Sums Queries, AttentionReference.Sums Keys, AttentionReference.Sums Values) Gradient(double[] q, double[] k, double[] v, double[] y, double[] logSumExp, double[] dy)
    {
        var (dq, dk, dv) = (Empty(sequences.QueryLengths), Empty(sequences.KeyLengths), Empty(sequences.ValueLengths));
        foreach (var sequence in Whole)
        {
            var mine = sequences.Of(sequence, options).Gradient(new AttentionReference.Given(
                sequences.QueriesOf(q, sequence),
                sequences.KeysOf(k, sequence),
                sequences.KeysOf(v, sequence),
                sequences.QueriesOf(y, sequence),
                sequences.QueriesOf(logSumExp, sequence),
                sequences.QueriesOf(dy, sequence)));
            Put(sequences.SetQueries, dq, sequence, mine.Queries);
            Put(sequences.SetKeys, dk, sequence, mine.Keys);
            Put(sequences.SetKeys, dv, sequence, mine.Values);
        }

        return (dq, dk, dv);
    }

    private static AttentionReference.Sums Empty(nint[] lengths)
    {
        var sums = new AttentionReference.Sums((int)lengths.Aggregate((count, length) => count * length));
        Array.Fill(sums.Values, double.NaN);
        return sums;
    }

    private static void Put(Action<double[], int, double[]> set, AttentionReference.Sums all, int sequence, AttentionReference.Sums mine)
    {
        set(all.Values, sequence, mine.Values);
        set(all.Scale, sequence, mine.Scale);
    }
}
