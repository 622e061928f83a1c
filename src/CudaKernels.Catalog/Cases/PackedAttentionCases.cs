using System.Numerics;

namespace CudaKernels.Catalog.Cases;

/// <summary>Attention of packed sequences, plain and on tensor cores, and its gradients. A shape is one of <see cref="PackedSequences"/> with which options, from 1.</summary>
internal static class PackedAttentionCases
{
    public static IReadOnlyList<OpCase> All { get; } = [new Forward(), new Gradient(), new FlashForward(), new FlashGradient()];

    private const int Causal = 2, Window = 3, WideWindow = 4, UnseenSpecials = 5, TooMany = 6;

    private static readonly AttentionOptions[] s_options =
    [
        new(),
        new() { IsCausal = true },
        new() { Window = 3, Scale = -0.4 },
        new() { Window = 20, IsCausal = true, Scale = 0.3 },
        new() { IsCausal = true },
        new(),
    ];

    private abstract class PackedCase : FlashCase
    {
        protected override IReadOnlyList<CaseShape> PlainRagged { get; } =
        [
            new(0, 2, 1, 3, 4, 5, 6, 1),
            new(1, 1, 1, 1, 1, 1, 1, 1),
            new(2, 4, 2, 0, 5, 4, 6, 1),
            new(2, 2, 1, 4, 0, 4, 6, Causal),
            new(4, 4, 2, 5, 7, 6, 5, Causal),
            new([3, 2, 2, 6, 9, 5, 4, Window], CaseLayout.Unaligned),
            new([5, 4, 1, 7, 5, 3, 6, WideWindow], CaseLayout.Strided),
            new(2, 1, 1, 3, 70, 4, 3, 1),
            new(3, 2, 1, 5, 5, 4, 4, UnseenSpecials),
            new(1, 1, 1, 2, 3, 5, 260, 1),
            new(2, 2, 1, 6, 5, 4, 4, TooMany),
        ];

        protected override IReadOnlyList<CaseShape> PlainLarge { get; } = [new(5, 4, 2, 90, 130, 40, 24, Causal), new(3, 2, 1, 200, 90, 16, 48, WideWindow)];

        public override IReadOnlyList<CaseShape> BenchShapes => Flash is not null ? [new(8, 8, 8, 512, 512, 1, 1, Causal)] : [new(8, 8, 8, 512, 512, 64, 64, Causal)];

        protected sealed override CasePlan Plan<T>(CaseInputs inputs)
        {
            var which = (int)inputs.Lengths[7];
            var sequences = new PackedSequences(inputs, WidthUnit);
            var (q, k, v) = (inputs.Input<T>(sequences.QueryLengths, -1.5, 1.5), inputs.Input<T>(sequences.KeyLengths, -1.5, 1.5), inputs.Input<T>(sequences.ValueLengths, -1, 1));
            if (which == UnseenSpecials)
            {
                // The last key of the first sequence, which its last query alone sees, and rows of no sequence.
                k.Set((sequences.Keys[1] * (k.Data.Length / sequences.AllKeys)) - 1, T.NaN);
                v.Set((sequences.Keys[1] * (v.Data.Length / sequences.AllKeys)) - 1, T.PositiveInfinity);
                v.Set(0, T.NaN);
                v.Set(^1, T.NaN);
                q.Set(^1, T.NaN);
            }

            // A sequence that is longer than was said gives NaN, on a CUDA device alone.
            var most = which == TooMany && inputs.Device is CudaDevice ? sequences.MostQueries - 1 : sequences.MostQueries;
            var problem = new PackedProblem(sequences, s_options[which - 1], most);
            return typeof(T) == typeof(double) ? Plan<T, double>(inputs, problem, q, k, v) : Plan<T, float>(inputs, problem, q, k, v);
        }

        protected abstract CasePlan Plan<T, TStatistic>(CaseInputs inputs, PackedProblem problem, CaseTensor<T> q, CaseTensor<T> k, CaseTensor<T> v)
            where T : unmanaged, IFloatingPointIeee754<T>
            where TStatistic : unmanaged, IFloatingPointIeee754<TStatistic>;

        /// <summary>A result of NaN, which rows of no sequence keep.</summary>
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

        protected static (DeviceTensor<int> Queries, DeviceTensor<int> Keys) Offsets(CaseInputs inputs, PackedSequences sequences) =>
            (inputs.Input(sequences.Queries, [sequences.Sequences + 1]).Tensor, inputs.Input(sequences.Keys, [sequences.Sequences + 1]).Tensor);
    }

    private class Forward : PackedCase
    {
        public override string Name => "packed-attention";

        public override string KernelFile => Flash?.ByMma.KernelFile ?? "attention/attention.cu";

        protected override CasePlan Plan<T, TStatistic>(CaseInputs inputs, PackedProblem problem, CaseTensor<T> q, CaseTensor<T> k, CaseTensor<T> v)
        {
            var options = problem.Options with { Algorithm = AlgorithmOf(inputs.Variant) };
            var sequences = problem.Sequences;
            var (queryOffsets, keyOffsets) = Offsets(inputs, sequences);
            var (y, plain, logSumExp) = (Result<T>(inputs, sequences.OutputLengths), Result<T>(inputs, sequences.OutputLengths), DenseResult<TStatistic>(inputs, sequences.QueryLengths[..2]));
            var expected = new Lazy<(AttentionReference.Sums Output, AttentionReference.Sums LogSumExp)>(() => problem.Forward(q.Values, k.Values, v.Values));
            return new CasePlan(
                    () => q.Tensor.PackedAttention(k.Tensor, v.Tensor, queryOffsets, keyOffsets, problem.MostQueries, plain, options),
                    ElementType<T>.Size * (double)(q.Data.Length + k.Data.Length + v.Data.Length + y.FlattenedLength),
                    problem.Flops)
                .Expect(plain, () => expected.Value.Output.Values, 1e-2, () => expected.Value.Output.Scale)
                .Also(() => q.Tensor.PackedAttention(k.Tensor, v.Tensor, queryOffsets, keyOffsets, problem.MostQueries, y, logSumExp, options))
                .Expect(y, () => expected.Value.Output.Values, 1e-2, () => expected.Value.Output.Scale)
                .Expect(logSumExp, () => expected.Value.LogSumExp.Values, 1e-2, () => expected.Value.LogSumExp.Scale);
        }
    }

    private class Gradient : PackedCase
    {
        public override string Name => "packed-attention-gradient";

        public override string KernelFile => Flash?.ByMma.KernelFile ?? "attention/attention_gradient.cu";

        protected override CasePlan Plan<T, TStatistic>(CaseInputs inputs, PackedProblem problem, CaseTensor<T> q, CaseTensor<T> k, CaseTensor<T> v)
        {
            var options = problem.Options with { Algorithm = AlgorithmOf(inputs.Variant) };
            var sequences = problem.Sequences;
            var (queryOffsets, keyOffsets) = Offsets(inputs, sequences);
            var (output, sums) = problem.Forward(q.Values, k.Values, v.Values);
            var y = inputs.Input(Array.ConvertAll(output.Values, CaseElement.FromDouble<T>), sequences.OutputLengths);
            var logarithms = Array.ConvertAll(sums.Values, CaseElement.FromDouble<TStatistic>);
            var logSumExp = new CaseTensor<TStatistic>(inputs.Own(inputs.Device.CreateTensor(logarithms, sequences.QueryLengths[..2])), logarithms);
            var dy = inputs.Input<T>(sequences.OutputLengths, -1, 1);
            if (inputs.Lengths[7] == UnseenSpecials)
            {
                dy.Set(^1, T.NaN);
            }

            var (dq, dk, dv) = (Result<T>(inputs, sequences.QueryLengths), Result<T>(inputs, sequences.KeyLengths), Result<T>(inputs, sequences.ValueLengths));
            var expected = new Lazy<(AttentionReference.Sums Queries, AttentionReference.Sums Keys, AttentionReference.Sums Values)>(
                () => problem.Gradient(q.Values, k.Values, v.Values, y.Values, logSumExp.Values, dy.Values));
            return new CasePlan(
                    () => q.Tensor.PackedAttentionGradient(
                        k.Tensor, v.Tensor, queryOffsets, keyOffsets, problem.MostQueries, sequences.MostKeys, y.Tensor, logSumExp.Tensor, dy.Tensor, dq, dk, dv, options),
                    ElementType<T>.Size * 2.0 * (q.Data.Length + k.Data.Length + v.Data.Length + y.Data.Length),
                    2.5 * problem.Flops)
                .Expect(dq, () => expected.Value.Queries.Values, 1e-2, () => expected.Value.Queries.Scale)
                .Expect(dk, () => expected.Value.Keys.Values, 1e-2, () => expected.Value.Keys.Scale)
                .Expect(dv, () => expected.Value.Values.Values, 1e-2, () => expected.Value.Values.Scale);
        }
    }

    private sealed class FlashForward : Forward
    {
        public override string Name => "packed-flash-attention";

        protected override FlashVariants Flash { get; } = new(
            new(
                "attention/flash_attention.cu",
                [
                    .. FlashShapes.Ragged,
                    new([3, 2, 1, 4, 6, 1, 1, Window], CaseLayout.Unaligned),
                    new([3, 2, 2, 6, 5, 1, 1, WideWindow], CaseLayout.Strided),
                    new(1, 1, 1, 66, 70, 1, 1, Causal),
                    new(2, 1, 1, 17, 70, 2, 2, 1),
                    new(3, 2, 1, 5, 5, 1, 1, UnseenSpecials),
                    new(1, 1, 1, 20, 34, 4, 4, WideWindow),
                ],
                [new(4, 4, 2, 130, 200, 1, 1, Causal), new(3, 2, 1, 129, 90, 2, 2, WideWindow), new(2, 2, 2, 66, 150, 4, 4, 1)]),

            // As those of flash-attention by wgmma: 192 or 128 queries and tiles of 128 or 80 keys.
            new(
                "attention/flash_attention_wgmma.cu",
                [
                    .. FlashShapes.Ragged,
                    new([3, 2, 2, 6, 5, 1, 1, WideWindow], CaseLayout.Strided),
                    new(3, 2, 1, 194, 6, 1, 1, Window),
                    new(2, 1, 1, 17, 140, 2, 2, 1),
                    new(3, 2, 1, 5, 5, 1, 1, UnseenSpecials),
                    new(1, 1, 1, 20, 90, 4, 4, WideWindow),
                ],
                [new(4, 4, 2, 260, 300, 1, 1, Causal), new(3, 2, 1, 150, 270, 2, 2, WideWindow), new(2, 2, 2, 66, 170, 4, 4, 1)]));
    }

    private sealed class FlashGradient : Gradient
    {
        public override string Name => "packed-flash-attention-gradient";

        protected override FlashVariants Flash { get; } = new(
            new(
                "attention/flash_attention_gradient.cu",
                [
                    .. FlashShapes.Ragged,
                    new([2, 2, 1, 4, 6, 1, 1, Window], CaseLayout.Unaligned),
                    new([2, 2, 2, 6, 5, 1, 1, WideWindow], CaseLayout.Strided),
                    new(1, 1, 1, 66, 3, 1, 1, Causal),
                    new(1, 1, 1, 5, 66, 1, 1, 1),
                    new(2, 1, 1, 17, 33, 2, 2, 1),
                    new(2, 2, 1, 5, 5, 1, 1, UnseenSpecials),
                    new(1, 1, 1, 5, 18, 4, 4, Causal),
                ],
                [new(4, 4, 2, 130, 200, 1, 1, Causal), new(3, 2, 1, 129, 90, 2, 2, WideWindow), new(2, 2, 2, 66, 90, 4, 4, 1)]),

            // As those of flash-attention-gradient by wgmma: 192 or 128 rows and tiles of 48 to 128.
            new(
                "attention/flash_gradient_wgmma.cu",
                [
                    .. FlashShapes.Ragged,
                    new([2, 2, 2, 6, 5, 1, 1, WideWindow], CaseLayout.Strided),
                    new(3, 2, 1, 70, 6, 1, 1, Window),
                    new(2, 2, 2, 5, 66, 1, 1, 1),
                    new(2, 2, 1, 17, 33, 2, 2, Causal),
                    new(2, 2, 1, 5, 5, 1, 1, UnseenSpecials),
                    new(2, 2, 1, 17, 20, 4, 4, Causal),
                ],
                [new(4, 4, 2, 260, 300, 1, 1, Causal), new(3, 2, 1, 150, 270, 2, 2, WideWindow), new(3, 2, 1, 150, 200, 4, 4, WideWindow)]));
    }

    private static class FlashShapes
    {
        public static CaseShape[] Ragged { get; } =
        [
            new(0, 2, 1, 3, 4, 1, 1, 1),
            new(1, 1, 1, 1, 1, 1, 1, 1),
            new(2, 2, 1, 4, 0, 1, 1, 1),
            new(4, 2, 1, 5, 7, 1, 1, Causal),
            new(2, 2, 1, 6, 5, 1, 1, TooMany),
        ];
    }
}
