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
    }

    /// <summary>What the gradients are computed from: queries, keys, values, the result, the logarithms of the sums, and the gradient to the result.</summary>
    public sealed record Given(double[] Q, double[] K, double[] V, double[] Y, double[] LogSumExp, double[] Dy);

    /// <summary>The result, and the logarithms of the sums.</summary>
    public (Sums Output, Sums LogSumExp) Forward(double[] q, double[] k, double[] v)
    {
        var (output, logarithms) = (new Sums(_heads * _queries * _valueDim), new Sums(_heads * _queries));
        for (var row = 0; row < _heads * _queries; row++)
        {
            var (first, width) = (row * _valueDim, _valueDim);
            (logarithms.Values[row], logarithms.Scale[row]) = Forward(row, q, k, v, output.Values.AsSpan(first, width), output.Scale.AsSpan(first, width));
        }

        return (output, logarithms);
    }

    /// <summary>One row of the result; gives the logarithm of its sum.</summary>
    public (double Value, double Scale) Forward(nint row, double[] q, double[] k, double[] v, Span<double> values, Span<double> scale)
    {
        var seen = Seen((int)row);
        var scores = Array.ConvertAll(seen, key => Score(q, k, (int)row, key));
        var maximum = scores.Aggregate(double.NegativeInfinity, (most, score) => Math.Max(most, score.Value));
        var sum = scores.Sum(score => Weight(score.Value, maximum));
        var logarithmScale = 0.0;
        for (var j = 0; j < seen.Length; j++)
        {
            var weight = Weight(scores[j].Value, maximum) / sum;
            var magnitude = weight == 0 ? 0 : weight * (1 + scores[j].Magnitude);
            logarithmScale += magnitude;
            Add((weight, magnitude), v.AsSpan(seen[j] * _valueDim, _valueDim), values, scale);
        }

        return (maximum == double.NegativeInfinity ? maximum : maximum + Math.Log(sum), logarithmScale);
    }

    /// <summary>The gradients to queries, keys and values.</summary>
    public (Sums Queries, Sums Keys, Sums Values) Gradient(Given given) => (
        All(given.Q.Length, _headDim, (row, values, scale) => QueryGradient(row, given, values, scale)),
        All(given.K.Length, _headDim, (row, values, scale) => KeyGradient(row, given, values, scale)),
        All(given.V.Length, _valueDim, (row, values, scale) => ValueGradient(row, given, values, scale)));

    /// <summary>One row of the gradient to the queries.</summary>
    public void QueryGradient(nint row, Given given, Span<double> values, Span<double> scale)
    {
        foreach (var key in Seen((int)row))
        {
            Add(Of((int)row, key, given).Slope, given.K.AsSpan(key * _headDim, _headDim), values, scale);
        }
    }

    /// <summary>One row of the gradient to the keys.</summary>
    public void KeyGradient(nint key, Given given, Span<double> values, Span<double> scale)
    {
        foreach (var row in Seeing((int)key))
        {
            Add(Of(row, (int)key, given).Slope, given.Q.AsSpan(row * _headDim, _headDim), values, scale);
        }
    }

    /// <summary>One row of the gradient to the values.</summary>
    public void ValueGradient(nint key, Given given, Span<double> values, Span<double> scale)
    {
        foreach (var row in Seeing((int)key))
        {
            Add(Of(row, (int)key, given).Weight, given.Dy.AsSpan(row * _valueDim, _valueDim), values, scale);
        }
    }

    // The weight of a key for a query, and the slope of its score, each with its magnitude.
    private ((double Value, double Magnitude) Weight, (double Value, double Magnitude) Slope) Of(int row, int key, Given given)
    {
        var (delta, deltaMagnitude) = Dot(given.Y, row, given.Dy, row, _valueDim);
        var score = Score(given.Q, given.K, row, key);
        var weight = Math.Exp(score.Value - given.LogSumExp[row]);
        var weightMagnitude = weight == 0 ? 0 : weight * (1 + score.Magnitude);
        var (product, productMagnitude) = Dot(given.Dy, row, given.V, key, _valueDim);
        return ((weight, weightMagnitude), (weight * (product - delta) * _scale, weight == 0 ? 0 : weightMagnitude * (productMagnitude + deltaMagnitude) * Math.Abs(_scale)));
    }

    // A row times a factor that is wrong by a share of its magnitude.
    private static void Add((double Value, double Magnitude) factor, ReadOnlySpan<double> row, Span<double> values, Span<double> scale)
    {
        for (var c = 0; c < row.Length; c++)
        {
            values[c] += factor.Value * row[c];
            scale[c] += factor.Magnitude == 0 ? 0 : factor.Magnitude * Math.Abs(row[c]);
        }
    }

    private static Sums All(int count, int width, CaseRow row)
    {
        var all = new Sums(count);
        for (var first = 0; first < count; first += width)
        {
            row(first / width, all.Values.AsSpan(first, width), all.Scale.AsSpan(first, width));
        }

        return all;
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

    /// <summary>The rows of the queries that see a row of the keys.</summary>
    private IEnumerable<int> Seeing(int key)
    {
        var first = key / _keys * _group * _queries;
        return Enumerable.Range(first, _group * _queries).Where(row => Sees(row % _queries, key % _keys));
    }

    private (double Value, double Magnitude) Score(double[] q, double[] k, int row, int key)
    {
        var (value, magnitude) = Dot(q, row, k, key, _headDim);
        return (value * _scale, magnitude * Math.Abs(_scale));
    }
}
