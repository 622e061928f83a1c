using System.Numerics;

namespace CudaKernels.Catalog.Cases;

/// <summary>
/// Rotary embedding, its gradient and both in place. A shape holds batch, heads, tokens, the width of a head, how many of its columns may turn
/// (pairs of them do), and a form, from 1. On a CUDA device the last of given positions is outside the tables; the managed device refuses that.
/// </summary>
internal sealed class RotaryEmbeddingCase : FloatingCase
{
    private const int Halves = 1, Interleaved = 2, HalvesAt = 3, InterleavedAt = 4, Slices = 5, InterleavedSlices = 6;
    private const int Offset = 3;

    public override string Name => "rotary-embedding";

    public override string Family => "attention";

    // A thread takes the packs of four or eight heads, 4 to 16 columns of each, or a pair of elements of four heads.
    public override IReadOnlyList<CaseShape> RaggedShapes { get; } =
    [
        new(0, 2, 3, 16, 16, Halves),
        new(2, 0, 3, 16, 16, Halves),
        new(2, 2, 0, 16, 16, HalvesAt),
        new(1, 1, 1, 1, 1, Halves),
        new(1, 1, 1, 2, 2, InterleavedAt),
        new(2, 3, 2, 5, 1, Interleaved),
        new(2, 5, 3, 16, 16, Halves),
        new(2, 9, 3, 16, 16, Interleaved),
        new(2, 4, 3, 48, 16, HalvesAt),
        new(2, 8, 3, 24, 16, HalvesAt),
        new(1, 9, 5, 40, 24, InterleavedAt),
        new(1, 3, 4, 9, 6, Halves),
        new(1, 6, 4, 9, 6, InterleavedAt),
        new(2, 3, 4, 20, 20, Halves),
        new([2, 3, 4, 16, 16, Halves], CaseLayout.Unaligned),
        new([2, 9, 4, 16, 16, Interleaved], CaseLayout.Unaligned),
        new([2, 3, 4, 16, 16, HalvesAt], CaseLayout.Strided),
        new([2, 5, 4, 24, 16, InterleavedAt], CaseLayout.Strided),
        new(2, 5, 3, 32, 32, Slices),
        new(2, 9, 3, 32, 16, InterleavedSlices),
        new(2, 3, 2, 7, 6, Slices),
    ];

    public override IReadOnlyList<CaseShape> Shapes => [.. RaggedShapes, new(2, 13, 40, 64, 64, HalvesAt), new(2, 18, 40, 64, 32, InterleavedSlices), new(3, 10, 50, 22, 18, HalvesAt)];

    public override IReadOnlyList<CaseShape> BenchShapes => [new(4, 32, 1024, 128, 128, Halves), new(4, 32, 1024, 128, 128, Interleaved)];

    public override IReadOnlyList<CaseShape> GpuBenchShapesOf(string variant) => [new(4, 32, 4096, 128, 128, Halves), new(4, 32, 4096, 128, 128, Interleaved), new(4, 32, 4096, 128, 128, Slices)];

    protected override CasePlan Plan<T>(CaseInputs inputs) => typeof(T) == typeof(double) ? Plan<T, double>(inputs) : Plan<T, float>(inputs);

    private static CasePlan Plan<T, TAngle>(CaseInputs inputs) where T : unmanaged, IFloatingPointIeee754<T> where TAngle : unmanaged, IFloatingPointIeee754<TAngle>
    {
        var (l, form) = (inputs.Lengths, (int)inputs.Lengths[5]);
        var (isInterleaved, isAt, isSlice) = (form % 2 == 0, form is HalvesAt or InterleavedAt, form is Slices or InterleavedSlices);
        var (tokens, pairs, offset) = ((int)l[2], (int)l[4] / 2, isAt ? Offset : 1);
        var x = isSlice ? SliceOf(inputs, inputs.Input<T>(l[..4], withSpecials: true).Data) : inputs.Input<T>(l[..4], withSpecials: true);
        var (cosines, sines) = RotaryTables.Create<TAngle>(inputs.Device, tokens + offset + 2, RotaryTables.Frequencies(2 * pairs, 100), magnitude: 1.25);
        inputs.Own(cosines);
        inputs.Own(sines);
        var places = isAt ? Enumerable.Range(0, (int)l[0] * tokens).Select(_ => (long)inputs.Random.Next(tokens + 2)).ToArray() : null;
        if (places is { Length: > 1 } && inputs.HasSpecials && inputs.Device is CudaDevice)
        {
            places[^1] = inputs.Shape.Layout == CaseLayout.Strided ? -Offset - 1 : tokens + 2;
        }

        var positions = places is null ? null : inputs.Input(places, [l[0], l[2]]).Tensor;
        var (y, gradient, inPlace, back) = (Result(inputs, isSlice), Result(inputs, isSlice), Result(inputs, isSlice), Result(inputs, isSlice));
        var problem = new Problem(l, isInterleaved, offset, places, Doubles(cosines), Doubles(sines));
        var bytes = (2.0 * x.Data.Length * ElementType<T>.Size) + (2.0 * tokens * pairs * ElementType<TAngle>.Size);
        return new CasePlan(() => x.Tensor.RotaryEmbedding(cosines, sines, y, positions, offset, isInterleaved), bytes, 6.0 * l[0] * l[1] * l[2] * pairs)
            .Expect(y, () => problem.Turned(x.Values, 1).Values, 1e-2, () => problem.Turned(x.Values, 1).Scale)
            .Also(() => x.Tensor.RotaryEmbeddingGradient(cosines, sines, gradient, positions, offset, isInterleaved))
            .Expect(gradient, () => problem.Turned(x.Values, -1).Values, 1e-2, () => problem.Turned(x.Values, -1).Scale)
            .Also(() =>
            {
                x.Tensor.CopyTo(inPlace);
                inPlace.RotaryEmbedding(cosines, sines, inPlace, positions, offset, isInterleaved);
                x.Tensor.CopyTo(back);
                back.RotaryEmbeddingGradient(cosines, sines, back, positions, offset, isInterleaved);
            })
            .ExpectSameBits(inPlace, y)
            .ExpectSameBits(back, gradient);

        DeviceTensor<T> Result(CaseInputs inputs, bool isSlice)
        {
            var result = inputs.Output<T>(l[..4]);
            return isSlice ? SliceOf(inputs, result.ToArray()).Tensor : result;
        }
    }

    /// <summary>The middle one of three slices of [batch, tokens, 3·heads, width], as queries, keys and values leave one product.</summary>
    private static CaseTensor<T> SliceOf<T>(CaseInputs inputs, T[] data) where T : unmanaged
    {
        var l = inputs.Lengths;
        var whole = inputs.Own(inputs.Device.CreateZeros<T>([l[0], l[2], 3 * l[1], l[3]]));
        using var heads = whole.Slice(.., .., (int)l[1]..(int)(2 * l[1]), ..);
        var slice = inputs.Own(heads.PermuteDimensions(0, 2, 1, 3));
        slice.CopyFrom(data);
        return new CaseTensor<T>(slice, data);
    }

    private static double[] Doubles<T>(DeviceTensor<T> tensor) where T : unmanaged => Array.ConvertAll(tensor.ToArray(), CaseElement.ToDouble);

    /// <summary>The rotation in float64, by the tables' own numbers.</summary>
    private sealed record Problem(nint[] Lengths, bool IsInterleaved, int Offset, long[]? Positions, double[] Cosines, double[] Sines)
    {
        public (double[] Values, double[] Scale) Turned(double[] x, double sign)
        {
            var (heads, tokens, width, pairs) = (Lengths[1], Lengths[2], Lengths[3], (int)Lengths[4] / 2);
            var (values, scale) = ((double[])x.Clone(), Array.ConvertAll(x, Math.Abs));
            for (nint row = 0; row < Lengths[0] * heads * tokens; row++)
            {
                var (token, batch) = (row % tokens, row / (tokens * heads));
                var angle = (Positions is null ? token : Positions[(batch * tokens) + token]) + Offset;
                for (var i = 0; i < pairs; i++)
                {
                    var at = (row * width) + (IsInterleaved ? 2 * i : i);
                    var other = at + (IsInterleaved ? 1 : pairs);
                    var isAngle = angle >= 0 && (angle + 1) * pairs <= Cosines.Length;
                    var (c, s) = isAngle ? (Cosines[(angle * pairs) + i], sign * Sines[(angle * pairs) + i]) : (double.NaN, double.NaN);
                    (values[at], values[other]) = ((x[at] * c) - (x[other] * s), (x[other] * c) + (x[at] * s));
                    scale[at] = scale[other] = Math.Abs(x[at] * c) + Math.Abs(x[other] * c) + Math.Abs(x[at] * s) + Math.Abs(x[other] * s);
                }
            }

            return (values, scale);
        }
    }
}
