namespace CudaKernels.Catalog.Cases;

/// <summary>
/// Packed sequences of a shape that holds how many there are, heads, heads of keys, the most queries and keys of one, head_dim, value_dim. The first is the
/// longest, the second has no queries, the third no keys, and a row before the first and after the last belongs to none. On a CUDA device the keys of the
/// fourth do not exist; the managed device refuses such offsets.
/// </summary>
internal sealed class PackedSequences
{
    private readonly int[] _shape;
    private readonly bool _hasFalseKeys;

    public PackedSequences(CaseInputs inputs, int widthUnit)
    {
        _shape = [.. inputs.Lengths[..7].Select(length => (int)length)];
        _shape[5] *= widthUnit;
        _shape[6] *= widthUnit;
        Queries = Offsets(inputs, _shape[3], empty: 1);
        Keys = Offsets(inputs, _shape[4], empty: 2);
        (AllQueries, AllKeys) = (Queries[^1] + 1, Keys[^1] + 1);
        _hasFalseKeys = inputs.Device is CudaDevice && Sequences == 4;
        if (_hasFalseKeys)
        {
            Keys[4] = AllKeys + 1;
        }
    }

    public int Sequences => _shape[0];

    public int MostQueries => _shape[3];

    public int MostKeys => _shape[4];

    /// <summary>Where the queries of each sequence begin, and where the last ends.</summary>
    public int[] Queries { get; }

    /// <summary>Where the keys of each sequence begin, and where the last ends.</summary>
    public int[] Keys { get; }

    public int AllQueries { get; }

    public int AllKeys { get; }

    public nint[] QueryLengths => [AllQueries, _shape[1], _shape[5]];

    public nint[] KeyLengths => [AllKeys, _shape[2], _shape[5]];

    public nint[] ValueLengths => [AllKeys, _shape[2], _shape[6]];

    public nint[] OutputLengths => [AllQueries, _shape[1], _shape[6]];

    /// <summary>Whether the keys of a sequence exist.</summary>
    public bool HasKeys(int sequence) => !(_hasFalseKeys && sequence == 3);

    /// <summary>The attention of one sequence.</summary>
    public AttentionReference Of(int sequence, AttentionOptions options) =>
        new([1, _shape[1], _shape[2], Queries[sequence + 1] - Queries[sequence], Keys[sequence + 1] - Keys[sequence], _shape[5], _shape[6], 1], options);

    /// <summary>The queries of a sequence, [heads, queries, width], of packed ones, or what is of their shape but for the width.</summary>
    public double[] QueriesOf(double[] packed, int sequence) => Unpack(packed, Queries[sequence]..Queries[sequence + 1], _shape[1], packed.Length / AllQueries / _shape[1]);

    /// <summary>The keys, or values, of a sequence.</summary>
    public double[] KeysOf(double[] packed, int sequence) => Unpack(packed, Keys[sequence]..Keys[sequence + 1], _shape[2], packed.Length / AllKeys / _shape[2]);

    /// <summary>Puts what <see cref="QueriesOf"/> took back in its place.</summary>
    public void SetQueries(double[] packed, int sequence, double[] rows) => Pack(packed, Queries[sequence]..Queries[sequence + 1], _shape[1], packed.Length / AllQueries / _shape[1], rows);

    /// <summary>Puts what <see cref="KeysOf"/> took back in its place.</summary>
    public void SetKeys(double[] packed, int sequence, double[] rows) => Pack(packed, Keys[sequence]..Keys[sequence + 1], _shape[2], packed.Length / AllKeys / _shape[2], rows);

    private static double[] Unpack(double[] packed, Range rows, int heads, int width) =>
    [
        .. from head in Enumerable.Range(0, heads)
           from row in Enumerable.Range(rows.Start.Value, rows.End.Value - rows.Start.Value)
           from column in Enumerable.Range(0, width)
           select packed[(((row * heads) + head) * width) + column],
    ];

    private static void Pack(double[] packed, Range rows, int heads, int width, double[] unpacked)
    {
        var (first, count) = (rows.Start.Value, rows.End.Value - rows.Start.Value);
        for (var i = 0; i < unpacked.Length; i++)
        {
            var (head, row) = (i / width / count, i / width % count);
            packed[((((first + row) * heads) + head) * width) + (i % width)] = unpacked[i];
        }
    }

    private int[] Offsets(CaseInputs inputs, int most, int empty)
    {
        var offsets = new int[Sequences + 1];
        offsets[0] = 1;
        for (var i = 0; i < Sequences; i++)
        {
            offsets[i + 1] = offsets[i] + (i == 0 ? most : i == empty ? 0 : inputs.Random.Next(most + 1));
        }

        return offsets;
    }
}
