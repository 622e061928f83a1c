namespace CudaKernels.Catalog.Cases;

/// <summary>
/// Attention of 8-bit floats. A shape holds batch, heads, heads of keys, queries, keys, head_dim, value_dim, and which options, from 1. Scores are whole
/// multiples of ln 2, so that weights are powers of two, which rounding to eight bits leaves as they are; only those of <see cref="Real"/> are any numbers.
/// </summary>
internal sealed class QuantizedAttentionCase : FloatingCase
{
    private const int All = 1, Causal = 2, Window = 3, CausalWindow = 4, Real = 5, Specials = 6, NoScale = 7, UnseenSpecials = 8, Far = 9;

    /// <summary>Half of the distance of numbers of four bits, relative to the smaller of two.</summary>
    private const double WeightRounding = 1.0 / 16;

    // Scales of queries and keys make 1 and 2 of it.
    private static readonly double s_scale = 4 * Math.Log(2);

    private static readonly Float8E4M3 s_negativeNaN = Float8E4M3.FromBits(0xFF);

    private static readonly AttentionOptions[] s_options =
    [
        new() { Scale = s_scale },
        new() { Scale = s_scale, IsCausal = true },
        new() { Scale = s_scale, Window = 3 },
        new() { Scale = -s_scale, Window = 2, IsCausal = true },
        new() { IsCausal = true },
        new() { Scale = s_scale, IsCausal = true },
        new() { Scale = 0, Window = 4, IsCausal = true },
        new() { Scale = s_scale, IsCausal = true },
        new() { Scale = s_scale, Window = 100 },
    ];

    public override string Name => "quantized-attention";

    public override string Family => "attention";

    public override IReadOnlyList<ElementKind> Types { get; } = [ElementKind.Float32, ElementKind.Float16, ElementKind.BFloat16];

    public override IReadOnlyList<string> Variants { get; } = ["", FlashVariants.Wgmma];

    public override IReadOnlyList<CaseShape> Shapes => [.. RaggedShapes, new(1, 4, 2, 70, 130, 40, 24, Causal), new(1, 1, 1, 66, 70, 64, 64, Real)];

    // A tile holds 32 rows and a piece of a result 256 columns; a block works on four rows.
    public override IReadOnlyList<CaseShape> RaggedShapes { get; } =
    [
        new(0, 2, 1, 3, 4, 5, 6, All),
        new(1, 1, 1, 1, 1, 1, 1, All),
        new(2, 4, 2, 3, 5, 9, 6, All),
        new(1, 2, 1, 3, 0, 4, 4, All),
        new(2, 2, 2, 0, 3, 4, 5, All),
        new([1, 4, 2, 5, 7, 6, 5, Causal], CaseLayout.Unaligned),
        new([2, 2, 2, 7, 4, 5, 3, Causal], CaseLayout.Strided),
        new(1, 2, 1, 9, 8, 4, 3, Window),
        new(1, 2, 1, 6, 9, 3, 4, CausalWindow),
        new(1, 2, 2, 9, 7, 3, 4, NoScale),
        new(1, 1, 1, 2, 65, 3, 5, Real),
        new(1, 1, 1, 2, 3, 5, 260, All),
        new(1, 2, 2, 8, 40, 3, 4, Specials),
        new(1, 2, 2, 18, 19, 3, 4, UnseenSpecials),
    ];

    // 128 queries at a time, tiles of 128 keys that go round rings of two; more items than the software device has multiprocessors, so that a block
    // takes a second one, after tiles and after none.
    private static IReadOnlyList<CaseShape> RaggedWgmmaShapes { get; } =
    [
        new(0, 2, 1, 3, 4, 64, 64, All),
        new(1, 1, 1, 1, 1, 64, 64, All),
        new(1, 2, 1, 3, 0, 64, 64, All),
        new(2, 2, 2, 0, 3, 64, 64, All),
        new([2, 2, 2, 7, 4, 64, 64, Causal], CaseLayout.Strided),
        new(2, 4, 2, 5, 7, 64, 64, Causal),
        new(1, 2, 1, 3, 130, 64, 64, All),
        new(1, 1, 1, 130, 3, 64, 64, Causal),
        new(1, 5, 1, 2, 300, 64, 64, Window),
        new(1, 1, 1, 66, 140, 64, 64, CausalWindow),
        new(1, 1, 1, 20, 430, 64, 64, All),
        new(1, 1, 1, 9, 7, 64, 64, NoScale),
        new(1, 1, 1, 17, 140, 64, 64, Real),
        new(1, 2, 2, 8, 40, 64, 64, Specials),
        new(1, 2, 2, 18, 19, 64, 64, UnseenSpecials),
        new(1, 2, 1, 3, 400, 128, 128, All),
        new(1, 1, 1, 20, 150, 128, 128, Real),
        new(1, 1, 1, 8, 40, 128, 128, Specials),
        new(1, 1, 1, 18, 140, 256, 256, Causal),
        new(1, 1, 1, 3, 140, 256, 256, All),
    ];

    public override IReadOnlyList<CaseShape> BenchShapes => [new(1, 8, 8, 512, 512, 64, 64, Real), new(1, 8, 2, 1024, 1024, 128, 128, Real), new(1, 16, 16, 8192, 8192, 128, 128, Real)];

    public override string KernelFileOf(string variant) => variant == FlashVariants.Wgmma ? "attention/quantized_attention_wgmma.cu" : KernelFile;

    public override IReadOnlyList<CaseShape> RaggedShapesOf(string variant) => variant == FlashVariants.Wgmma ? RaggedWgmmaShapes : RaggedShapes;

    public override IReadOnlyList<CaseShape> ShapesOf(string variant) => variant != FlashVariants.Wgmma ? Shapes :
    [
        .. RaggedWgmmaShapes,
        new(1, 4, 2, 260, 390, 64, 64, Causal),
        new(2, 2, 1, 140, 700, 128, 128, Far),
        new(1, 2, 2, 70, 170, 256, 256, Causal),
    ];

    public override bool Runs(ComputeDevice device, string variant) => variant.Length == 0 || FlashVariants.Runs(device, variant);

    // Tensor cores of compute capability 9.0 cut off each of 32 products, and the sum before, after about 14 bits.
    public override double ToleranceOf(ElementKind kind, string variant) => variant == FlashVariants.Wgmma ? Math.Max(Tolerance(kind), 2e-3) : Tolerance(kind);

    protected override CasePlan Plan<T>(CaseInputs inputs)
    {
        var isWgmma = inputs.Variant == FlashVariants.Wgmma;
        var options = s_options[inputs.Lengths[7] - 1] with { Algorithm = isWgmma ? AttentionAlgorithm.Wgmma : AttentionAlgorithm.Plain };
        var problem = new AttentionReference(inputs.Lengths, options);
        var (q, k, v) = Tensors(inputs, problem);
        var (heads, keyHeads) = (inputs.Lengths[1], inputs.Lengths[2]);
        var (ofQueries, ofKeys, ofValues) = (Scales(heads, 0.5f, 1), Scales(keyHeads, 0.5f, -0.5f), Scales(keyHeads, 0.3f, -1.7f));
        var (queryScale, keyScale, valueScale) = (Place(ofQueries), Place(ofKeys), Place(ofValues));
        var (oneQueryScale, oneKeyScale, oneValueScale) = (Place([1]), Place([0.25f]), Place([2.5f]));
        var (perHead, whole, logSumExp) = (QuantizationCases.Dense<T>(inputs, problem.Output), QuantizationCases.Dense<T>(inputs, problem.Output), QuantizationCases.Dense<float>(inputs, problem.Rows));
        var ofHeads = new Lazy<(double[] Q, double[] K, double[] V)>(() => (Scaled(q, ofQueries), Scaled(k, ofKeys), Scaled(v, ofValues)));
        var ofWhole = new Lazy<AttentionReference.Sums>(() => problem.Forward(Scaled(q, [1]), Scaled(k, [0.25f]), Scaled(v, [2.5f])).Output);
        var coarse = isWgmma && inputs.Lengths[7] == Real ? WeightRounding / ToleranceOf(ElementType<T>.Kind, inputs.Variant) : 1;
        return new CasePlan(
                () => q.Tensor.QuantizedAttention(queryScale, k.Tensor, keyScale, v.Tensor, valueScale, perHead, logSumExp, options),
                q.Data.Length + k.Data.Length + v.Data.Length + (ElementType<T>.Size * (double)perHead.FlattenedLength),
                problem.Flops)
            .ExpectRows(perHead, problem.Output[3], PerHead, 1e-2)
            .ExpectEach(logSumExp, row => OfHeads(row, new double[problem.Output[3]], new double[problem.Output[3]]), 1e-2)
            .Also(() => q.Tensor.QuantizedAttention(oneQueryScale, k.Tensor, oneKeyScale, v.Tensor, oneValueScale, whole, options))
            .Expect(whole, () => ofWhole.Value.Values, 1e-2, () => Array.ConvertAll(ofWhole.Value.Scale, scale => scale * coarse));

        (double Value, double Scale) OfHeads(nint row, Span<double> values, Span<double> scale) => problem.Forward(row, ofHeads.Value.Q, ofHeads.Value.K, ofHeads.Value.V, values, scale);

        void PerHead(nint row, Span<double> values, Span<double> scale)
        {
            OfHeads(row, values, scale);
            foreach (ref var magnitude in scale)
            {
                magnitude *= coarse;
            }
        }

        DeviceTensor<float> Place(float[] scales) => inputs.Own(inputs.Device.CreateTensor(scales, [scales.Length]));
    }

    private static float[] Scales(nint heads, params ReadOnlySpan<float> values)
    {
        var scales = new float[heads];
        for (var i = 0; i < scales.Length; i++)
        {
            scales[i] = values[i % values.Length];
        }

        return scales;
    }

    /// <summary>The numbers of a tensor [batch, heads, rows, width] as they count.</summary>
    private static double[] Scaled(CaseTensor<Float8E4M3> tensor, float[] scales)
    {
        var lengths = tensor.Tensor.Lengths;
        var (heads, perHead) = (lengths[1], lengths[2] * lengths[3]);
        return [.. tensor.Values.Select((value, i) => value * scales[scales.Length == 1 ? 0 : i / perHead % heads])];
    }

    /// <summary>
    /// Queries, keys and values. Whole numbers, of which a query has some six, whose products come to a few. With specials a query of the first head and a key
    /// of the last one are NaN, and so are values that the last queries alone see, and one that all see. With unseen ones the last two keys and values of
    /// the first head hold some, which most queries do not see, and the first query of the second head, which does not see most keys.
    /// </summary>
    private static (CaseTensor<Float8E4M3> Q, CaseTensor<Float8E4M3> K, CaseTensor<Float8E4M3> V) Tensors(CaseInputs inputs, AttentionReference problem)
    {
        var (dim, width, queries, keys) = ((int)problem.Queries[3], (int)problem.Values[3], (int)inputs.Lengths[3], (int)inputs.Lengths[4]);
        var v = inputs.Input<Float8E4M3>(problem.Values, -1, 1);
        if (inputs.Lengths[7] == Real)
        {
            return (inputs.Input<Float8E4M3>(problem.Queries, -1.5, 1.5), inputs.Input<Float8E4M3>(problem.Keys, -1.5, 1.5), v);
        }

        var q = Whole(problem.Queries, 6.0 / dim);
        var k = Whole(problem.Keys, 0.7);
        if (inputs.Lengths[7] == Specials)
        {
            q[3 * dim] = Float8E4M3.NaN;
            k[^dim] = Float8E4M3.NaN;
            (v.Data[((keys - 1) * width) + 1], v.Data[(keys - 3) * width], v.Data[2]) = (Float8E4M3.NaN, s_negativeNaN, Float8E4M3.NaN);
        }
        else if (inputs.Lengths[7] == UnseenSpecials)
        {
            k[(keys * dim) - 1] = Float8E4M3.NaN;
            (v.Data[(keys * width) - width], v.Data[(keys * width) - width - 1]) = (Float8E4M3.NaN, s_negativeNaN);
            q[queries * dim] = Float8E4M3.NaN;
        }

        return (inputs.Input(q, problem.Queries), inputs.Input(k, problem.Keys), inputs.Input(v.Data, problem.Values));

        Float8E4M3[] Whole(nint[] lengths, double share) =>
            [.. Enumerable.Range(0, (int)TensorLayout.CountOf(lengths)).Select(_ => inputs.Random.NextDouble() < share ? (Float8E4M3)((2 * inputs.Random.Next(2)) - 1) : Float8E4M3.Zero)];
    }
}
