namespace CudaKernels.Catalog.Cases;

/// <summary>Attention and its gradients in plain loops, with the sums of the magnitudes that rounding errors grow from.</summary>
/// <param name="lengths">Batch, heads, heads of keys, queries, keys, head_dim, value_dim, and which options, from 1.</param>
/// <param name="options">Those options.</param>
internal sealed class AttentionReference(nint[] lengths, AttentionOptions options)
{
    private readonly int _heads = (int)(lengths[0] * lengths[1]);
    private readonly int _group = (int)(lengths[1] / lengths[2]);
    private readonly int _queries = (int)lengths[3];
    private readonly int _keys = (int)lengths[4];
    private readonly int _headDim = (int)lengths[5];
    private readonly int _valueDim = (int)lengths[6];
    private readonly double _scale = options.Scale ?? 1 / Math.Sqrt(lengths[5]);

    public nint[] Queries => [lengths[0], lengths[1], lengths[3], lengths[5]];

    public nint[] Keys => [lengths[0], lengths[2], lengths[4], lengths[5]];

    public nint[] Values => [lengths[0], lengths[2], lengths[4], lengths[6]];

    public nint[] Output => [lengths[0], lengths[1], lengths[3], lengths[6]];

    public nint[] Rows => [lengths[0], lengths[1], lengths[3]];

    /// <summary>Pairs of a query and a key that it sees, of all heads.</summary>
    public long Pairs => _heads * (long)Enumerable.Range(0, _queries).Sum(query => Enumerable.Range(0, _keys).Count(key => Sees(query, key)));

    /// <summary>The operations of the products with two matrices of one width each, forwards.</summary>
    public double Flops => 2.0 * Pairs * (_headDim + _valueDim);

    /// <summary>Elements, each with the sum of magnitudes that its rounding errors grow from.</summary>
    public sealed record Sums(double[] Values, double[] Scale)
    {
        public Sums(int count)
            : this(new double[count], new double[count])
        {
        }

        /// <summary>Adds a product whose factor is wrong by a share of <paramref name="magnitude"/>.</summary>
        public void Add(int at, double factor, double magnitude, double other)
        {
            Values[at] += factor * other;
            Scale[at] += magnitude == 0 ? 0 : magnitude * Math.Abs(other);
        }
    }

    /// <summary>The result, and the logarithms of the sums.</summary>
    public (Sums Output, Sums LogSumExp) Forward(double[] q, double[] k, double[] v)
    {
        var (output, logarithms) = (new Sums(_heads * _queries * _valueDim), new Sums(_heads * _queries));
        for (var row = 0; row < _heads * _queries; row++)
        {
            var seen = Seen(row);
            var scores = Array.ConvertAll(seen, key => Score(q, k, row, key));
            var maximum = scores.Aggregate(double.NegativeInfinity, (most, score) => Math.Max(most, score.Value));
            var sum = scores.Sum(score => Weight(score.Value, maximum));
            logarithms.Values[row] = maximum == double.NegativeInfinity ? maximum : maximum + Math.Log(sum);
            for (var j = 0; j < seen.Length; j++)
            {
                var weight = Weight(scores[j].Value, maximum) / sum;
                var magnitude = weight == 0 ? 0 : weight * (1 + scores[j].Magnitude);
                logarithms.Scale[row] += magnitude;
                for (var c = 0; c < _valueDim; c++)
                {
                    output.Add((row * _valueDim) + c, weight, magnitude, v[(seen[j] * _valueDim) + c]);
                }
            }
        }

        return (output, logarithms);
    }

    /// <summary>The gradients to queries, keys and values.</summary>
    public (Sums Queries, Sums Keys, Sums Values) Gradient(double[] q, double[] k, double[] v, double[] y, double[] logSumExp, double[] dy)
    {
        var (dq, dk, dv) = (new Sums(q.Length), new Sums(k.Length), new Sums(v.Length));
        for (var row = 0; row < _heads * _queries; row++)
        {
            var (delta, deltaMagnitude) = Dot(y, row, dy, row, _valueDim);
            foreach (var key in Seen(row))
            {
                var score = Score(q, k, row, key);
                var weight = Math.Exp(score.Value - logSumExp[row]);
                var weightMagnitude = weight == 0 ? 0 : weight * (1 + score.Magnitude);
                var (product, productMagnitude) = Dot(dy, row, v, key, _valueDim);
                var slope = weight * (product - delta) * _scale;
                var slopeMagnitude = weight == 0 ? 0 : weightMagnitude * (productMagnitude + deltaMagnitude) * Math.Abs(_scale);
                for (var c = 0; c < _headDim; c++)
                {
                    dq.Add((row * _headDim) + c, slope, slopeMagnitude, k[(key * _headDim) + c]);
                    dk.Add((key * _headDim) + c, slope, slopeMagnitude, q[(row * _headDim) + c]);
                }

                for (var c = 0; c < _valueDim; c++)
                {
                    dv.Add((key * _valueDim) + c, weight, weightMagnitude, dy[(row * _valueDim) + c]);
                }
            }
        }

        return (dq, dk, dv);
    }

    private static (double Value, double Magnitude) Dot(double[] a, int rowOfA, double[] b, int rowOfB, int columns)
    {
        var (sum, magnitude) = (0.0, 0.0);
        for (var c = 0; c < columns; c++)
        {
            var product = a[(rowOfA * columns) + c] * b[(rowOfB * columns) + c];
            sum += product;
            magnitude += Math.Abs(product);
        }

        return (sum, magnitude);
    }

    // Where every score is -inf their weights are 0 / 0.
    private static double Weight(double score, double maximum) => score == double.NegativeInfinity ? 0 : Math.Exp(score - maximum);

    private bool Sees(int query, int key)
    {
        var distance = key - (query + _keys - _queries);
        return (!options.IsCausal || distance <= 0) && (options.Window is null || Math.Abs(distance) <= options.Window);
    }

    /// <summary>The rows of the keys that a row of the queries sees.</summary>
    private int[] Seen(int row) => [.. Enumerable.Range(0, _keys).Where(key => Sees(row % _queries, key)).Select(key => (row / _queries / _group * _keys) + key)];

    private (double Value, double Magnitude) Score(double[] q, double[] k, int row, int key)
    {
        var (value, magnitude) = Dot(q, row, k, key, _headDim);
        return (value * _scale, magnitude * Math.Abs(_scale));
    }
}
