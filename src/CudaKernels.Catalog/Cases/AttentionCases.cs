using System.Numerics;

namespace CudaKernels.Catalog.Cases;

/// <summary>Attention, plain and on tensor cores, and its gradients. A shape holds batch, heads, heads of keys, queries, keys, head_dim, value_dim, and which options, from 1.</summary>
internal static class AttentionCases
{
    public static IReadOnlyList<OpCase> All { get; } = [new Forward(), new Gradient(), new FlashForward(), new FlashGradient()];

    private const int Causal = 2, Window = 3, CausalWindow = 4, LargeScores = 5, Specials = 6, WideWindow = 7, NoScale = 8, UnseenSpecials = 9, UnseenGradients = 10, FlatWideWindow = 11;

    private static readonly AttentionOptions[] s_options =
    [
        new(),
        new() { IsCausal = true },
        new() { Window = 3, Scale = 0.7 },
        new() { Window = 2, IsCausal = true, Scale = -0.3 },
        new() { Scale = 1 },
        new() { IsCausal = true, Scale = 0.5 },
        new() { Window = 100 },
        new() { Window = 4, IsCausal = true, Scale = 0 },
        new() { IsCausal = true },
        new() { Window = 3 },
        new() { Window = 100, Scale = 0 },
    ];

    private abstract class AttentionCase : FlashCase
    {
        // A tile holds 32 rows and a piece of a result 256 columns; a block works on four rows.
        protected override IReadOnlyList<CaseShape> PlainRagged { get; } =
        [
            new(0, 2, 1, 3, 4, 5, 6, 1),
            new(1, 1, 1, 1, 1, 1, 1, 1),
            new(2, 4, 2, 3, 5, 9, 6, 1),
            new(1, 2, 1, 3, 0, 4, 4, 1),
            new(2, 2, 2, 0, 3, 4, 5, 1),
            new([1, 4, 2, 5, 7, 6, 5, Causal], CaseLayout.Unaligned),
            new([1, 2, 2, 7, 4, 5, 3, Causal], CaseLayout.Strided),
            new([2, 2, 2, 3, 3, 4, 4, Causal], CaseLayout.Strided),
            new(1, 2, 1, 9, 8, 4, 3, Window),
            new(1, 2, 1, 6, 9, 3, 4, CausalWindow),
            new(1, 1, 1, 12, 2, 3, 4, Window),
            new(1, 1, 1, 2, 65, 3, 5, 1),
            new(1, 1, 1, 66, 2, 5, 3, 1),
            new(1, 1, 1, 4, 64, 2, 2, Causal),
            new(1, 2, 1, 64, 2, 2, 2, 1),
            new(1, 1, 1, 2, 3, 256, 33, 1),
            new(1, 1, 1, 2, 2, 5, 260, 1),
            new(1, 1, 1, 2, 2, 290, 4, 1),
            new(1, 2, 1, 5, 6, 16, 4, LargeScores),
            new(1, 4, 2, 8, 40, 3, 4, Specials),
        ];

        protected override IReadOnlyList<CaseShape> PlainLarge { get; } = [new(1, 4, 2, 70, 130, 40, 24, Causal), new(1, 1, 1, 129, 129, 64, 64, 1), new(1, 2, 1, 200, 90, 16, 48, Window)];

        public override IReadOnlyList<CaseShape> BenchShapes => Flash is not null ? FlashShapes.Bench : [new(1, 8, 8, 512, 512, 64, 64, 1), new(1, 8, 2, 1024, 1024, 128, 128, Causal)];

        protected abstract CasePlan Plan<T, TStatistic>(CaseInputs inputs) where T : unmanaged, IFloatingPointIeee754<T> where TStatistic : unmanaged, IFloatingPointIeee754<TStatistic>;

        protected sealed override CasePlan Plan<T>(CaseInputs inputs) => typeof(T) == typeof(double) ? Plan<T, double>(inputs) : Plan<T, float>(inputs);

        protected static AttentionOptions Options(CaseInputs inputs) => s_options[inputs.Lengths[7] - 1];

        protected AttentionReference Problem(CaseInputs inputs) =>
            new([.. inputs.Lengths[..5], inputs.Lengths[5] * WidthUnit, inputs.Lengths[6] * WidthUnit, inputs.Lengths[7]], Options(inputs));

        /// <summary>A result on which nothing has been written yet.</summary>
        protected static DeviceTensor<T> Result<T>(CaseInputs inputs, nint[] lengths) where T : unmanaged, IFloatingPointIeee754<T> =>
            inputs.Shape.Layout == CaseLayout.Strided ? inputs.Output<T>(lengths) : DenseResult<T>(inputs, lengths);

        /// <summary>The same, dense whatever the layout of the shape.</summary>
        protected static DeviceTensor<T> DenseResult<T>(CaseInputs inputs, nint[] lengths) where T : unmanaged, IFloatingPointIeee754<T>
        {
            if (inputs.Shape.Layout == CaseLayout.Unaligned)
            {
                return inputs.Output<T>(lengths);
            }

            var result = inputs.Own(inputs.Device.CreateZeros<T>(lengths));
            result.Fill(T.NaN);
            return result;
        }

        /// <summary>
        /// Queries, keys and values. With specials the first 33 keys of the first head give the score -∞ with queries that begin with a positive number,
        /// and the first query sees no others: a whole tile of them, and a row of them alone. They give +∞ with the fourth query, and a key of the
        /// second head gives NaN. With unseen ones the last two keys and values of the first head hold some, which most queries do not see, and the first
        /// query of the second head, which does not see most keys.
        /// </summary>
        protected static (CaseTensor<T> Q, CaseTensor<T> K, CaseTensor<T> V) Tensors<T>(CaseInputs inputs, AttentionReference problem) where T : unmanaged, IFloatingPointIeee754<T>
        {
            var width = inputs.Lengths[7] switch { LargeScores => 4, Specials => 0.5, _ => 1.5 };
            var (q, k) = (inputs.Input<T>(problem.Queries, -width, width), inputs.Input<T>(problem.Keys, -width, width));
            var v = inputs.Input<T>(problem.Values, -1, 1);
            if (inputs.Lengths[7] == UnseenSpecials)
            {
                var row = (int)problem.Queries[3];
                k.Data[(int)(inputs.Lengths[4] * row) - 1] = T.NaN;
                v.Data[(int)(inputs.Lengths[4] * row) - row] = T.NegativeInfinity;
                v.Data[(int)(inputs.Lengths[4] * row) - row - 1] = T.NaN;
                q.Data[(int)inputs.Lengths[3] * row] = T.NaN;
                return (inputs.Input(q.Data, problem.Queries), inputs.Input(k.Data, problem.Keys), inputs.Input(v.Data, problem.Values));
            }

            if (inputs.Lengths[7] != Specials)
            {
                return (q, k, v);
            }

            var (queries, keys, dim) = ((int)inputs.Lengths[3], (int)inputs.Lengths[4], (int)problem.Queries[3]);
            for (var row = 0; row < queries; row++)
            {
                q.Data[row * dim] = T.CreateTruncating(row == 3 ? -1 : 1);
            }

            for (var key = 0; key < 33; key++)
            {
                k.Data[key * dim] = T.NegativeInfinity;
            }

            if (problem.Keys[1] > 1)
            {
                k.Data[((keys + 36) * dim) + 1] = T.NaN;
            }

            return (inputs.Input(q.Data, problem.Queries), inputs.Input(k.Data, problem.Keys), v);
        }
    }

    private class Forward : AttentionCase
    {
        public override string Name => "attention";

        protected override CasePlan Plan<T, TStatistic>(CaseInputs inputs)
        {
            var (options, problem) = (Options(inputs) with { Algorithm = AlgorithmOf(inputs.Variant) }, Problem(inputs));
            var (q, k, v) = Tensors<T>(inputs, problem);
            if (inputs.Lengths[7] == Specials)
            {
                // Of keys that the last queries alone see, and of one without weight: 0·∞ is NaN as in the formula.
                var width = (int)problem.Values[3];
                (v.Data[(39 * width) + 1], v.Data[37 * width], v.Data[3]) = (T.NaN, T.PositiveInfinity, T.NegativeInfinity);
                v = inputs.Input(v.Data, problem.Values);
            }

            var (y, plain, logSumExp) = (Result<T>(inputs, problem.Output), Result<T>(inputs, problem.Output), DenseResult<TStatistic>(inputs, problem.Rows));
            var expected = new Lazy<(AttentionReference.Sums Output, AttentionReference.Sums LogSumExp)>(() => problem.Forward(q.Values, k.Values, v.Values));
            return new CasePlan(() => q.Tensor.Attention(k.Tensor, v.Tensor, plain, options), ElementType<T>.Size * (double)(q.Data.Length + k.Data.Length + v.Data.Length + y.FlattenedLength), problem.Flops)
                .ExpectRows(plain, problem.Output[3], (row, values, scale) => problem.Forward(row, q.Values, k.Values, v.Values, values, scale), 1e-2)
                .Also(() => q.Tensor.Attention(k.Tensor, v.Tensor, y, logSumExp, options))
                .Expect(y, () => expected.Value.Output.Values, 1e-2, () => expected.Value.Output.Scale)
                .Expect(logSumExp, () => expected.Value.LogSumExp.Values, 1e-2, () => expected.Value.LogSumExp.Scale);
        }
    }

    private class Gradient : AttentionCase
    {
        public override string Name => "attention-gradient";

        protected override CasePlan Plan<T, TStatistic>(CaseInputs inputs)
        {
            var (options, problem) = (Options(inputs) with { Algorithm = AlgorithmOf(inputs.Variant) }, Problem(inputs));
            var (q, k, v) = Tensors<T>(inputs, problem);
            if (inputs.Lengths[7] == UnseenGradients)
            {
                k.Set(^1, T.NaN);
            }

            var (y, logSumExp) = Given<T, TStatistic>(inputs, problem, q, k, v);
            var dy = inputs.Input<T>(problem.Output, -1, 1);
            if (inputs.Lengths[7] == UnseenGradients)
            {
                // Of four queries more than keys the first one sees no key: its output is 0, and their product NaN. The second sees the first key alone.
                dy.Set(1, T.PositiveInfinity);
                dy.Set((int)problem.Output[3] + 1, T.PositiveInfinity);
            }

            var (dq, dk, dv) = Results<T>(inputs, problem);
            var given = new Lazy<AttentionReference.Given>(() => new(q.Values, k.Values, v.Values, y.Values, logSumExp.Values, dy.Values));
            return new CasePlan(
                    () => q.Tensor.AttentionGradient(k.Tensor, v.Tensor, y.Tensor, logSumExp.Tensor, dy.Tensor, dq, dk, dv, options),
                    ElementType<T>.Size * 2.0 * (q.Data.Length + k.Data.Length + v.Data.Length + y.Data.Length),
                    2.5 * problem.Flops)
                .ExpectRows(dq, problem.Queries[3], (row, values, scale) => problem.QueryGradient(row, given.Value, values, scale), 1e-2)
                .ExpectRows(dk, problem.Keys[3], (row, values, scale) => problem.KeyGradient(row, given.Value, values, scale), 1e-2)
                .ExpectRows(dv, problem.Values[3], (row, values, scale) => problem.ValueGradient(row, given.Value, values, scale), 1e-2);
        }

        // Strided gradients of one shape are slices of one tensor [batch, rows, 3, heads, width], as a layer holds them that projects to all three.
        private static (DeviceTensor<T> Queries, DeviceTensor<T> Keys, DeviceTensor<T> Values) Results<T>(CaseInputs inputs, AttentionReference problem) where T : unmanaged, IFloatingPointIeee754<T>
        {
            var lengths = problem.Queries;
            if (inputs.Shape.Layout != CaseLayout.Strided || !lengths.SequenceEqual(problem.Keys) || !lengths.SequenceEqual(problem.Values))
            {
                return (Result<T>(inputs, lengths), Result<T>(inputs, problem.Keys), Result<T>(inputs, problem.Values));
            }

            var whole = inputs.Own(inputs.Device.CreateZeros<T>([lengths[0], lengths[2], 3, lengths[1], lengths[3]]));
            whole.Fill(T.NaN);
            return (Part(0), Part(1), Part(2));

            DeviceTensor<T> Part(int which)
            {
                using var slice = whole.Slice(.., .., which..(which + 1));
                using var rows = slice.Squeeze(2);
                return inputs.Own(rows.PermuteDimensions(0, 2, 1, 3));
            }
        }

        // The result and the logarithms that the gradient starts from. A bench takes the device's own: the reference of large ones would take minutes, and
        // the gradient is judged by what it makes of them.
        private (CaseTensor<T> Y, CaseTensor<TStatistic> LogSumExp) Given<T, TStatistic>(CaseInputs inputs, AttentionReference problem, CaseTensor<T> q, CaseTensor<T> k, CaseTensor<T> v)
            where T : unmanaged, IFloatingPointIeee754<T>
            where TStatistic : unmanaged, IFloatingPointIeee754<TStatistic>
        {
            if (!inputs.HasSpecials)
            {
                var (result, sums) = (Result<T>(inputs, problem.Output), DenseResult<TStatistic>(inputs, problem.Rows));
                q.Tensor.Attention(k.Tensor, v.Tensor, result, sums, Options(inputs) with { Algorithm = AlgorithmOf(inputs.Variant) });
                return (new CaseTensor<T>(result, result.ToArray()), new CaseTensor<TStatistic>(sums, sums.ToArray()));
            }

            var (output, expected) = problem.Forward(q.Values, k.Values, v.Values);
            var logarithms = Array.ConvertAll(expected.Values, CaseElement.FromDouble<TStatistic>);
            return (
                inputs.Input(Array.ConvertAll(output.Values, CaseElement.FromDouble<T>), problem.Output),
                new CaseTensor<TStatistic>(inputs.Own(inputs.Device.CreateTensor(logarithms, problem.Rows)), logarithms));
        }
    }

    private sealed class FlashForward : Forward
    {
        public override string Name => "flash-attention";

        protected override FlashVariants Flash { get; } = new(
            new("attention/flash_attention.cu", FlashShapes.RaggedForward, [.. FlashShapes.Large, new(1, 1, 1, 100, 100, 4, 4, Causal), new(1, 1, 1, 8, 40, 4, 4, Specials), new(1, 1, 1, 150, 140, 2, 2, Causal), new(1, 2, 1, 140, 150, 1, 1, CausalWindow), new(1, 2, 2, 44, 47, 2, 2, UnseenSpecials), new(1, 1, 1, 90, 100, 2, 2, Specials), new(1, 1, 1, 96, 176, 1, 1, WideWindow)]),
            new("attention/flash_attention_wgmma.cu", FlashShapes.RaggedForwardWgmma, [.. FlashShapes.Large, new(1, 2, 1, 400, 700, 1, 1, Causal), new(2, 2, 1, 260, 390, 2, 2, Causal), new(1, 2, 2, 140, 170, 4, 4, Causal)]));
    }

    private sealed class FlashGradient : Gradient
    {
        public override string Name => "flash-attention-gradient";

        protected override FlashVariants Flash { get; } = new(
            new("attention/flash_attention_gradient.cu", FlashShapes.RaggedGradient, [.. FlashShapes.Large, new(1, 2, 1, 100, 150, 4, 4, Causal), new(1, 2, 2, 8, 40, 4, 4, Specials), new(1, 1, 1, 16, 12, 4, 4, UnseenGradients)]),
            new("attention/flash_gradient_wgmma.cu", FlashShapes.RaggedGradientWgmma, [.. FlashShapes.Large, new(1, 1, 1, 128, 102, 1, 1, FlatWideWindow), new(1, 4, 2, 400, 260, 1, 1, Causal), new(2, 3, 1, 270, 390, 2, 2, WideWindow), new(1, 4, 2, 270, 200, 4, 4, Causal), new(1, 2, 2, 8, 40, 4, 4, Specials), new(1, 1, 1, 16, 12, 4, 4, UnseenGradients)]));
    }

    private static class FlashShapes
    {
        // A block has 64 rows, 16 to a warp, or forward 128 and 32 up to 128 columns; a tile has 64, or of gradients fewer the wider they are.
        private static readonly CaseShape[] s_ragged =
        [
            new(0, 2, 1, 3, 4, 1, 1, 1),
            new(1, 1, 1, 1, 1, 1, 1, 1),
            new(1, 2, 1, 3, 0, 1, 1, 1),
            new(2, 2, 2, 0, 3, 1, 1, 1),
            new([1, 2, 1, 5, 7, 1, 1, Causal], CaseLayout.Unaligned),
            new([1, 2, 2, 7, 4, 1, 1, Causal], CaseLayout.Strided),
            new([2, 2, 2, 2, 2, 1, 1, Causal], CaseLayout.Strided),
            new(1, 1, 1, 3, 66, 1, 1, 1),
            new(1, 1, 1, 70, 3, 1, 1, Causal),
            new(1, 1, 1, 9, 7, 1, 1, NoScale),
            new(1, 1, 1, 17, 70, 1, 1, LargeScores),
            new(1, 2, 1, 64, 3, 1, 1, Causal),
            new(1, 1, 1, 18, 70, 2, 2, Causal),
        ];

        public static CaseShape[] RaggedForward { get; } =
        [
            .. s_ragged,
            new(1, 1, 1, 66, 70, 1, 1, Causal),
            new(1, 1, 1, 65, 150, 1, 1, CausalWindow),
            new(1, 1, 1, 20, 230, 1, 1, WideWindow),
            new(1, 2, 2, 8, 40, 1, 1, Specials),
            new(1, 2, 2, 18, 19, 1, 1, UnseenSpecials),
            new([1, 1, 1, 3, 130, 2, 2, Window], CaseLayout.Unaligned),
            new(1, 1, 1, 34, 33, 4, 4, Causal),
            new(1, 1, 1, 3, 70, 4, 4, 1),
        ];

        // 192 queries of 64 columns and 128 of wider heads at a time, tiles of 128 keys, or 80 of 256 columns, that go round rings of two.
        public static CaseShape[] RaggedForwardWgmma { get; } =
        [
            new(0, 2, 1, 3, 4, 1, 1, 1),
            new(1, 1, 1, 1, 1, 1, 1, 1),
            new(1, 2, 1, 3, 0, 1, 1, 1),
            new(2, 2, 2, 0, 3, 1, 1, 1),
            new([1, 2, 2, 7, 4, 1, 1, Causal], CaseLayout.Strided),
            new(2, 4, 2, 5, 7, 1, 1, Causal),
            new(1, 1, 1, 3, 130, 1, 1, 1),
            new(1, 1, 1, 194, 3, 1, 1, Causal),
            new(1, 1, 1, 9, 7, 1, 1, NoScale),
            new(1, 1, 1, 17, 140, 1, 1, LargeScores),
            new(1, 5, 1, 130, 66, 1, 1, Causal),
            new(1, 1, 1, 66, 270, 1, 1, CausalWindow),
            new(1, 1, 1, 66, 430, 1, 1, WideWindow),
            new(1, 1, 1, 3, 700, 1, 1, 1),
            new(1, 2, 2, 8, 40, 1, 1, Specials),
            new(1, 2, 2, 18, 19, 1, 1, UnseenSpecials),
            new(1, 1, 1, 130, 140, 2, 2, Causal),
            new(1, 1, 1, 3, 300, 2, 2, Window),
            new(1, 1, 1, 34, 33, 4, 4, Causal),
            new(1, 1, 1, 3, 170, 4, 4, 1),
            new(1, 1, 1, 3, 40, 4, 4, Specials),
        ];

        public static CaseShape[] RaggedGradient { get; } =
        [
            .. s_ragged,
            new(1, 2, 1, 64, 3, 1, 1, 1),
            new(1, 1, 1, 70, 3, 1, 1, 1),
            new(1, 2, 2, 3, 64, 1, 1, 1),
            new(1, 1, 1, 33, 33, 2, 2, Causal),
            new(1, 1, 1, 40, 110, 1, 1, CausalWindow),
            new(1, 1, 1, 5, 150, 1, 1, WideWindow),
            new(1, 1, 1, 8, 40, 1, 1, Specials),
            new(1, 2, 2, 5, 7, 1, 1, UnseenSpecials),
            new(1, 1, 1, 16, 12, 1, 1, UnseenGradients),
            new([1, 1, 1, 3, 40, 2, 2, Window], CaseLayout.Unaligned),
            new(1, 1, 1, 18, 20, 4, 4, Causal),
            new(1, 2, 1, 17, 3, 4, 4, 1),
            new([1, 1, 1, 2, 3, 4, 4, Window], CaseLayout.Unaligned),
            new(1, 2, 2, 4, 5, 4, 4, UnseenSpecials),
        ];

        // 192 rows of 64 columns and 128 of wider heads at a time. Tiles of 64 rows of the other side go round a ring of three, those of 128 keys of
        // 128 columns and those of 256 columns, 48 or 64 rows, round one of two; the heads that share keys follow each other in it.
        public static CaseShape[] RaggedGradientWgmma { get; } =
        [
            new(0, 2, 1, 3, 4, 1, 1, 1),
            new(1, 1, 1, 1, 1, 1, 1, 1),
            new(1, 2, 1, 3, 0, 1, 1, 1),
            new(2, 2, 2, 0, 3, 1, 1, 1),
            new([1, 2, 2, 7, 4, 1, 1, Causal], CaseLayout.Strided),
            new([2, 2, 2, 2, 2, 1, 1, Causal], CaseLayout.Strided),
            new(5, 1, 1, 5, 7, 1, 1, Causal),
            new(1, 4, 2, 5, 7, 1, 1, Causal),
            new(1, 1, 1, 2, 256, 1, 1, Causal),
            new(1, 1, 1, 260, 3, 1, 1, 1),
            new(1, 5, 1, 3, 4, 1, 1, 1),
            new(1, 1, 1, 9, 7, 1, 1, NoScale),
            new(1, 1, 1, 17, 70, 1, 1, LargeScores),
            new(1, 1, 1, 66, 140, 1, 1, CausalWindow),
            new(1, 1, 1, 5, 230, 1, 1, WideWindow),
            new(1, 1, 1, 4, 36, 1, 1, Specials),
            new(1, 2, 2, 5, 7, 1, 1, UnseenSpecials),
            new(1, 1, 1, 16, 12, 1, 1, UnseenGradients),
            new(1, 2, 1, 20, 34, 2, 2, Causal),
            new(1, 1, 1, 3, 270, 2, 2, Window),
            new(1, 1, 1, 130, 3, 2, 2, 1),
            new(1, 1, 1, 4, 36, 2, 2, Specials),
            new(1, 2, 1, 5, 20, 4, 4, Causal),
            new(1, 1, 1, 3, 100, 4, 4, Window),
            new(1, 1, 1, 66, 3, 4, 4, 1),
            new(1, 2, 2, 4, 5, 4, 4, UnseenSpecials),
        ];

        public static CaseShape[] Large { get; } =
        [
            new(1, 2, 2, 66, 70, 1, 1, UnseenSpecials),
            new(1, 4, 2, 130, 200, 1, 1, Causal),
            new(1, 2, 1, 200, 90, 1, 1, Window),
            new(1, 1, 1, 129, 129, 2, 2, 1),
            new(2, 2, 1, 65, 300, 2, 2, WideWindow),
        ];

        // The last is the length of which most figures are published.
        public static CaseShape[] Bench { get; } = [new(1, 8, 8, 512, 512, 1, 1, 1), new(1, 8, 2, 1024, 1024, 2, 2, Causal), new(1, 16, 16, 8192, 8192, 2, 2, Causal)];
    }
}
