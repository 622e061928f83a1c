using System.Numerics;

namespace CudaKernels.Catalog.Cases;

/// <summary>Attention of packed sequences, plain and on tensor cores. A shape is one of <see cref="PackedSequences"/> with which options, from 1.</summary>
internal static class PackedAttentionCases
{
    public static IReadOnlyList<OpCase> All { get; } = [new Forward(), new FlashForward()];

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

    private class Forward : FloatingCase
    {
        public override string Name => "packed-attention";

        public override string Family => "attention";

        public override string KernelFile => "attention/attention.cu";

        public override IReadOnlyList<CaseShape> RaggedShapes { get; } =
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

        public override IReadOnlyList<CaseShape> Shapes => [.. RaggedShapes, new(5, 4, 2, 90, 130, 40, 24, Causal), new(3, 2, 1, 200, 90, 16, 48, WideWindow)];

        public override IReadOnlyList<CaseShape> BenchShapes => [new(8, 8, 8, 512, 512, 64, 64, Causal)];

        protected virtual int WidthUnit => 1;

        protected virtual AttentionAlgorithm Algorithm => AttentionAlgorithm.Plain;

        protected sealed override CasePlan Plan<T>(CaseInputs inputs) => typeof(T) == typeof(double) ? Plan<T, double>(inputs) : Plan<T, float>(inputs);

        private CasePlan Plan<T, TStatistic>(CaseInputs inputs) where T : unmanaged, IFloatingPointIeee754<T> where TStatistic : unmanaged, IFloatingPointIeee754<TStatistic>
        {
            var which = (int)inputs.Lengths[7];
            var options = s_options[which - 1] with { Algorithm = Algorithm };
            var sequences = new PackedSequences(inputs, WidthUnit);
            var (q, k, v) = (inputs.Input<T>(sequences.QueryLengths, -1.5, 1.5), inputs.Input<T>(sequences.KeyLengths, -1.5, 1.5), inputs.Input<T>(sequences.ValueLengths, -1, 1));
            if (which == UnseenSpecials)
            {
                // The last key of the first sequence, which its last query alone sees, and rows of no sequence.
                k.Set((sequences.Keys[1] * (k.Data.Length / sequences.AllKeys)) - 1, T.NaN);
                v.Set((sequences.Keys[1] * (v.Data.Length / sequences.AllKeys)) - 1, T.PositiveInfinity);
                v.Set(0, T.NaN);
                v.Set(^1, T.NaN);
            }

            var (queryOffsets, keyOffsets) = (inputs.Input(sequences.Queries, [sequences.Sequences + 1]), inputs.Input(sequences.Keys, [sequences.Sequences + 1]));
            var (y, plain, logSumExp) = (Result<T>(inputs, sequences.OutputLengths), Result<T>(inputs, sequences.OutputLengths), Result<TStatistic>(inputs, sequences.QueryLengths[..2]));

            // A sequence that is longer than was said gives NaN, on a CUDA device alone.
            var most = which == TooMany && inputs.Device is CudaDevice ? sequences.MostQueries - 1 : sequences.MostQueries;
            var expected = new Lazy<(AttentionReference.Sums Output, AttentionReference.Sums LogSumExp)>(() => Reference(sequences, options, most, q.Values, k.Values, v.Values));
            var flops = Enumerable.Range(0, sequences.Sequences).Sum(sequence => sequences.HasKeys(sequence) ? sequences.Of(sequence, options).Flops : 0);
            return new CasePlan(
                    () => q.Tensor.PackedAttention(k.Tensor, v.Tensor, queryOffsets.Tensor, keyOffsets.Tensor, most, plain, options),
                    ElementType<T>.Size * (double)(q.Data.Length + k.Data.Length + v.Data.Length + y.FlattenedLength),
                    flops)
                .Also(() => q.Tensor.PackedAttention(k.Tensor, v.Tensor, queryOffsets.Tensor, keyOffsets.Tensor, most, y, logSumExp, options))
                .Expect(plain, () => expected.Value.Output.Values, 1e-2, () => expected.Value.Output.Scale)
                .Expect(y, () => expected.Value.Output.Values, 1e-2, () => expected.Value.Output.Scale)
                .Expect(logSumExp, () => expected.Value.LogSumExp.Values, 1e-2, () => expected.Value.LogSumExp.Scale);
        }

        /// <summary>A result of NaN, which rows of no sequence keep.</summary>
        private static DeviceTensor<T> Result<T>(CaseInputs inputs, nint[] lengths) where T : unmanaged, IFloatingPointIeee754<T>
        {
            if (inputs.Shape.Layout == CaseLayout.Unaligned)
            {
                return inputs.Output<T>(lengths);
            }

            var result = inputs.Own(inputs.Device.CreateZeros<T>(lengths));
            result.Fill(T.NaN);
            return result;
        }

        private static (AttentionReference.Sums Output, AttentionReference.Sums LogSumExp) Reference(PackedSequences sequences, AttentionOptions options, nint most, double[] q, double[] k, double[] v)
        {
            var (output, logarithms) = (new AttentionReference.Sums(Count(sequences.OutputLengths)), new AttentionReference.Sums(Count(sequences.QueryLengths[..2])));
            Array.Fill(output.Values, double.NaN);
            Array.Fill(logarithms.Values, double.NaN);
            for (var sequence = 0; sequence < sequences.Sequences; sequence++)
            {
                if (!sequences.HasKeys(sequence) || sequences.Queries[sequence + 1] - sequences.Queries[sequence] > most)
                {
                    continue;
                }

                var mine = sequences.Of(sequence, options).Forward(sequences.QueriesOf(q, sequence), sequences.KeysOf(k, sequence), sequences.KeysOf(v, sequence));
                sequences.SetQueries(output.Values, sequence, mine.Output.Values);
                sequences.SetQueries(output.Scale, sequence, mine.Output.Scale);
                sequences.SetQueries(logarithms.Values, sequence, mine.LogSumExp.Values);
                sequences.SetQueries(logarithms.Scale, sequence, mine.LogSumExp.Scale);
            }

            return (output, logarithms);
        }

        private static int Count(nint[] lengths) => (int)lengths.Aggregate((count, length) => count * length);
    }

    /// <summary>The attention of packed sequences on tensor cores; widths count 64 columns.</summary>
    private sealed class FlashForward : Forward
    {
        public override string Name => "packed-flash-attention";

        public override string KernelFile => "attention/flash_attention.cu";

        public override IReadOnlyList<ElementKind> Types => [ElementKind.Float16, ElementKind.BFloat16];

        public override IReadOnlyList<CaseShape> RaggedShapes { get; } =
        [
            new(0, 2, 1, 3, 4, 1, 1, 1),
            new(1, 1, 1, 1, 1, 1, 1, 1),
            new(2, 2, 1, 4, 0, 1, 1, 1),
            new(4, 2, 1, 5, 7, 1, 1, Causal),
            new([3, 2, 1, 4, 6, 1, 1, Window], CaseLayout.Unaligned),
            new([3, 2, 2, 6, 5, 1, 1, WideWindow], CaseLayout.Strided),
            new(1, 1, 1, 66, 70, 1, 1, Causal),
            new(2, 1, 1, 17, 70, 2, 2, 1),
            new(3, 2, 1, 5, 5, 1, 1, UnseenSpecials),
            new(1, 2, 1, 20, 34, 4, 4, WideWindow),
            new(2, 2, 1, 6, 5, 1, 1, TooMany),
        ];

        public override IReadOnlyList<CaseShape> Shapes => [.. RaggedShapes, new(4, 4, 2, 130, 200, 1, 1, Causal), new(3, 2, 1, 129, 90, 2, 2, WideWindow), new(2, 2, 2, 66, 150, 4, 4, 1)];

        public override IReadOnlyList<CaseShape> BenchShapes => [new(8, 8, 8, 512, 512, 1, 1, Causal)];

        protected override int WidthUnit => 64;

        protected override AttentionAlgorithm Algorithm => AttentionAlgorithm.Flash;

        public override bool Runs(ComputeDevice device, string variant) => device is CudaDevice { Specification.ComputeCapability.Major: >= 8 };
    }
}
