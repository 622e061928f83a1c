using System.Numerics;

namespace CudaKernels.Catalog.Cases;

/// <summary>
/// Attention over pages, and appending to them. A shape holds batch, heads, heads of keys, queries (or new rows), pages of a sequence, page_length,
/// head_dim, value_dim, and which options, from 1. On a CUDA device a page and a length are out of range; the managed device refuses those.
/// </summary>
internal static class PagedAttentionCases
{
    public static IReadOnlyList<OpCase> All { get; } = [new Forward(), new Append()];

    private const string Flash = "flash";

    private const int Window = 2, EveryKey = 3, WideWindow = 4, NoScale = 5, Specials = 6, WindowedSpecials = 7, MiddleWindow = 8;

    private static readonly AttentionOptions[] s_options =
    [
        new() { IsCausal = true },
        new() { IsCausal = true, Window = 3, Scale = 0.7 },
        new() { Scale = -0.4 },
        new() { Window = 300, IsCausal = true },
        new() { IsCausal = true, Scale = 0 },
        new() { IsCausal = true },
        new() { IsCausal = true, Window = 5 },
        new() { Window = 20, Scale = -0.3 },
    ];

    // A tile holds 64 keys, a split two of them at least, and a block works on one, four or eight rows.
    private static CaseShape[] Ragged { get; } =
    [
        new(0, 2, 1, 1, 2, 4, 4, 4, 1),
        new(1, 1, 1, 1, 1, 1, 1, 1, 1),
        new(2, 2, 1, 1, 0, 4, 5, 3, 1),
        new(2, 2, 2, 0, 2, 4, 5, 3, 1),
        new(3, 4, 2, 1, 3, 5, 9, 6, 1),
        new(4, 4, 1, 2, 3, 4, 6, 5, 1),
        new(2, 6, 2, 3, 4, 3, 7, 4, Window),
        new([2, 4, 2, 1, 3, 4, 16, 16, 1], CaseLayout.Unaligned),
        new([3, 4, 2, 2, 3, 4, 16, 8, 1], CaseLayout.Strided),
        new(2, 2, 2, 1, 5, 13, 72, 24, EveryKey),
        new(2, 3, 1, 4, 2, 7, 4, 8, EveryKey),
        new(2, 2, 2, 1, 17, 16, 8, 8, 1),
        new(2, 3, 1, 1, 6, 70, 3, 8, WideWindow),
        new(2, 3, 1, 2, 3, 86, 8, 8, 1),
        new(2, 1, 1, 2, 2, 3, 5, 4, NoScale),
        new(2, 2, 1, 2, 4, 5, 3, 4, Specials),
        new(2, 2, 1, 2, 4, 70, 3, 4, Specials),
        new(2, 4, 2, 2, 5, 16, 3, 4, WindowedSpecials),
        new(1, 1, 1, 1, 1, 2, 3, 1030, 1),
    ];

    // A tile holds 64 keys or, of 256 columns, 32; up to 16 rows that share a head the warps of a block share out those, else 64 rows.
    private static CaseShape[] RaggedFlash { get; } =
    [
        new(0, 2, 1, 1, 2, 4, 64, 64, 1),
        new(1, 1, 1, 1, 1, 1, 64, 64, 1),
        new(2, 2, 1, 1, 0, 4, 64, 64, 1),
        new(2, 2, 2, 0, 2, 4, 64, 64, 1),
        new(3, 4, 1, 1, 3, 5, 64, 64, 1),
        new(4, 8, 1, 1, 2, 3, 64, 64, 1),
        new([2, 4, 2, 1, 3, 4, 64, 64, 1], CaseLayout.Unaligned),
        new([3, 4, 2, 2, 3, 4, 64, 64, 1], CaseLayout.Strided),
        new(2, 2, 1, 3, 4, 3, 64, 64, Window),
        new(3, 2, 1, 3, 4, 2, 64, 64, Window),
        new(2, 1, 1, 2, 2, 3, 64, 64, NoScale),
        new(2, 2, 1, 3, 2, 64, 64, 64, EveryKey),
        new(1, 2, 1, 8, 70, 1, 64, 64, 1),
        new(1, 1, 1, 17, 43, 3, 64, 64, 1),
        new(1, 2, 1, 8, 70, 1, 64, 64, MiddleWindow),
        new(1, 2, 1, 20, 9, 16, 64, 64, MiddleWindow),
        new(1, 2, 1, 20, 5, 16, 64, 64, 1),
        new([1, 4, 1, 20, 3, 16, 64, 64, 1], CaseLayout.Unaligned),
        new(1, 1, 1, 100, 5, 16, 64, 64, Window),
        new(3, 8, 1, 3, 4, 2, 64, 64, Window),
        new(1, 1, 1, 1, 17, 16, 64, 64, 1),
        new(1, 1, 1, 20, 17, 16, 64, 64, WideWindow),
        new(2, 2, 1, 2, 4, 5, 64, 64, Specials),
        new(2, 2, 1, 2, 4, 70, 64, 64, Specials),
        new(2, 4, 2, 2, 5, 16, 64, 64, WindowedSpecials),
        new(1, 9, 1, 2, 2, 16, 64, 64, Specials),
        new(1, 2, 1, 2, 5, 16, 128, 128, 1),
        new(1, 1, 1, 20, 3, 26, 128, 128, 1),
        new(2, 2, 1, 2, 4, 3, 128, 128, Specials),
        new(1, 2, 1, 2, 3, 16, 256, 256, 1),
        new(1, 1, 1, 20, 3, 13, 256, 256, 1),
        new(2, 1, 1, 2, 4, 5, 256, 256, Specials),
    ];

    private static CaseShape[] LargeFlash { get; } =
    [
        new(3, 8, 1, 1, 20, 64, 128, 128, 1),
        new(3, 12, 2, 3, 40, 16, 64, 64, WideWindow),
        new(2, 4, 1, 100, 90, 3, 64, 64, 1),
        new(1, 4, 1, 100, 13, 16, 128, 128, MiddleWindow),
        new(1, 8, 2, 20, 200, 1, 128, 128, EveryKey),
        new(3, 8, 1, 2, 21, 16, 256, 256, 1),
        new(1, 8, 1, 20, 13, 16, 256, 256, WideWindow),
    ];

    private abstract class PagedCase : FloatingCase
    {
        public override string Family => "attention";

        public override IReadOnlyList<CaseShape> RaggedShapes => Ragged;

        public override IReadOnlyList<CaseShape> Shapes => [.. Ragged, new(3, 8, 2, 1, 20, 64, 128, 128, 1), new(2, 4, 4, 4, 40, 16, 64, 80, WideWindow), new(2, 12, 1, 1, 30, 32, 40, 64, 1)];

        public override IReadOnlyList<CaseShape> BenchShapes => [new(8, 32, 8, 1, 256, 16, 128, 128, 1)];
    }

    /// <summary>A cache: pages of keys and values that lie anywhere, and where the sequences have theirs.</summary>
    private sealed class Cache<T> where T : unmanaged, IFloatingPointIeee754<T>
    {
        private readonly nint[] _shape;
        private readonly int _pages;

        public Cache(CaseInputs inputs, bool hasNoLength)
        {
            _shape = inputs.Lengths;
            var (batch, perSequence) = ((int)_shape[0], (int)_shape[4]);
            _pages = (batch * perSequence) + 1;
            (Keys, Values) = (Pages(inputs, _shape[6]), Pages(inputs, _shape[7]));
            var places = Enumerable.Range(0, _pages).OrderBy(_ => inputs.Random.Next()).ToArray();
            Table = [.. places.Take(batch * perSequence)];
            Lengths = [.. Enumerable.Range(0, batch).Select(_ => inputs.Random.Next(Capacity + 1))];
            if (batch > 0)
            {
                Lengths[0] = Capacity;
            }

            if (batch > 1 && hasNoLength)
            {
                Lengths[1] = 0;
            }

            // Behind the last position the table may hold anything.
            for (var page = 0; page < Table.Length; page++)
            {
                if ((page % perSequence * (int)_shape[5]) >= Lengths[page / perSequence])
                {
                    Table[page] = -1;
                }
            }

            if (inputs.HasSpecials && inputs.Device is CudaDevice && batch > 2)
            {
                (Lengths[2], Table[1]) = inputs.Shape.Layout == CaseLayout.Strided ? (-1, -1) : (Capacity + 1, _pages);
            }
        }

        public CaseTensor<T> Keys { get; }

        public CaseTensor<T> Values { get; }

        public int[] Table { get; }

        public int[] Lengths { get; }

        public int Capacity => (int)(_shape[4] * _shape[5]);

        public DeviceTensor<int> TableOn(CaseInputs inputs) => inputs.Input(Table, [_shape[0], _shape[4]]).Tensor;

        public DeviceTensor<int> LengthsOn(CaseInputs inputs) => inputs.Input(Lengths, [_shape[0]]).Tensor;

        public bool IsLength(int sequence) => Lengths[sequence] >= 0 && Lengths[sequence] <= Capacity;

        /// <summary>The first element of a head's row at a position; -1 in a page that does not exist.</summary>
        public int At(int sequence, int head, int position, int width)
        {
            var page = Table[(sequence * (int)_shape[4]) + (position / (int)_shape[5])];
            return page >= 0 && page < _pages ? ((((page * (int)_shape[2]) + head) * (int)_shape[5]) + (position % (int)_shape[5])) * width : -1;
        }

        /// <summary>The rows of a sequence, [heads, length, width]; NaN where there is no page.</summary>
        public double[] Gather(double[] pages, int sequence, int width) =>
        [
            .. from head in Enumerable.Range(0, (int)_shape[2])
               from position in Enumerable.Range(0, Lengths[sequence])
               let at = At(sequence, head, position, width)
               from column in Enumerable.Range(0, width)
               select at < 0 ? double.NaN : pages[at + column],
        ];

        // A cache is dense: a strided one is refused.
        private CaseTensor<T> Pages(CaseInputs inputs, nint width)
        {
            nint[] lengths = [_pages, _shape[2], _shape[5], width];
            var pages = inputs.Input<T>(lengths, -1.5, 1.5);
            return inputs.Shape.Layout == CaseLayout.Strided ? new CaseTensor<T>(inputs.Own(inputs.Device.CreateTensor(pages.Data, lengths)), pages.Data) : pages;
        }
    }

    private sealed class Forward : PagedCase
    {
        public override string Name => "paged-attention";

        public override IReadOnlyList<string> Variants { get; } = ["", Flash];

        public override string KernelFileOf(string variant) => variant == Flash ? "attention/flash_paged_attention.cu" : KernelFile;

        public override IReadOnlyList<CaseShape> RaggedShapesOf(string variant) => variant == Flash ? RaggedFlash : RaggedShapes;

        public override IReadOnlyList<CaseShape> ShapesOf(string variant) => variant == Flash ? [.. RaggedFlash, .. LargeFlash] : Shapes;

        // Decoding, speculative decoding with a large group, and a chunk of a prompt.
        public override IReadOnlyList<CaseShape> GpuBenchShapesOf(string variant) => [.. BenchShapes, new(8, 64, 8, 4, 256, 16, 128, 128, 1), new(2, 32, 8, 256, 256, 16, 128, 128, 1)];

        public override bool Covers(ElementKind kind, string variant) => variant != Flash || FlashVariants.Types.Contains(kind);

        public override bool Runs(ComputeDevice device, string variant) => variant != Flash || FlashVariants.Runs(device, FlashVariants.Mma);

        protected override CasePlan Plan<T>(CaseInputs inputs) => typeof(T) == typeof(double) ? Plan<T, double>(inputs) : Plan<T, float>(inputs);

        private static CasePlan Plan<T, TStatistic>(CaseInputs inputs) where T : unmanaged, IFloatingPointIeee754<T> where TStatistic : unmanaged, IFloatingPointIeee754<TStatistic>
        {
            var (l, which) = (inputs.Lengths, (int)inputs.Lengths[8]);
            var options = s_options[which - 1] with { Algorithm = inputs.Variant == Flash ? AttentionAlgorithm.Flash : AttentionAlgorithm.Plain };
            var cache = new Cache<T>(inputs, hasNoLength: which is not (Specials or WindowedSpecials));
            nint[] rows = [l[0], l[1], l[3]];
            var q = inputs.Input<T>([.. rows, l[6]], -1.5, 1.5);
            if (which is Specials or WindowedSpecials)
            {
                for (var row = 0; row < q.Data.Length; row += (int)l[6])
                {
                    q.Data[row] = T.One;
                }

                q = inputs.Input(q.Data, [.. rows, l[6]]);
                SetSpecials(cache, (int)l[6], (int)l[7]);
            }

            var (table, lengths) = (cache.TableOn(inputs), cache.LengthsOn(inputs));
            var (y, plain, logSumExp) = (inputs.Output<T>([.. rows, l[7]]), inputs.Output<T>([.. rows, l[7]]), inputs.Output<TStatistic>(rows));
            if (inputs.Shape.Layout == CaseLayout.Strided)
            {
                (y, plain, logSumExp) = (Dense<T>([.. rows, l[7]]), Dense<T>([.. rows, l[7]]), Dense<TStatistic>(rows));
            }

            var expected = new Lazy<(AttentionReference.Sums Output, AttentionReference.Sums LogSumExp)>(() => Reference(inputs, cache, q.Values, options));
            var keys = (double)cache.Lengths.Sum() * l[2];
            return new CasePlan(() => q.Tensor.PagedAttention(cache.Keys.Tensor, cache.Values.Tensor, table, lengths, plain, options), ElementType<T>.Size * keys * (l[6] + l[7]), 2 * keys * (l[1] / l[2]) * l[3] * (l[6] + l[7]))
                .Expect(plain, () => expected.Value.Output.Values, 1e-2, () => expected.Value.Output.Scale)
                .Also(() => q.Tensor.PagedAttention(cache.Keys.Tensor, cache.Values.Tensor, table, lengths, y, logSumExp, options))
                .Expect(y, () => expected.Value.Output.Values, 1e-2, () => expected.Value.Output.Scale)
                .Expect(logSumExp, () => expected.Value.LogSumExp.Values, 1e-2, () => expected.Value.LogSumExp.Scale);

            DeviceTensor<TElement> Dense<TElement>(nint[] shape) where TElement : unmanaged, IFloatingPointIeee754<TElement>
            {
                var result = inputs.Own(inputs.Device.CreateZeros<TElement>(shape));
                result.Fill(TElement.NaN);
                return result;
            }
        }

        /// <summary>
        /// Of the first sequence and head, a score of -∞ and one of NaN, which the last query alone sees, with a value of ∞; of the second sequence, if any, -∞
        /// in all scores.
        /// </summary>
        private static void SetSpecials<T>(Cache<T> cache, int headDim, int valueDim) where T : unmanaged, IFloatingPointIeee754<T>
        {
            var last = cache.Lengths[0] - 1;
            cache.Keys.Set(cache.At(0, 0, 1, headDim), T.NegativeInfinity);
            cache.Keys.Set(cache.At(0, 0, last, headDim) + 1, T.NaN);
            cache.Values.Set(cache.At(0, 0, last, valueDim) + 1, T.PositiveInfinity);
            for (var position = 0; cache.Lengths.Length > 1 && position < cache.Lengths[1]; position++)
            {
                cache.Keys.Set(cache.At(1, 0, position, headDim), T.NegativeInfinity);
            }
        }

        private static (AttentionReference.Sums Output, AttentionReference.Sums LogSumExp) Reference<T>(CaseInputs inputs, Cache<T> cache, double[] q, AttentionOptions options) where T : unmanaged, IFloatingPointIeee754<T>
        {
            var l = inputs.Lengths;
            var (batch, rows) = ((int)l[0], (int)(l[1] * l[3]));
            var (output, logarithms) = (new AttentionReference.Sums(batch * rows * (int)l[7]), new AttentionReference.Sums(batch * rows));
            for (var sequence = 0; sequence < batch; sequence++)
            {
                var (from, to) = (output.Values.AsMemory(sequence * rows * (int)l[7], rows * (int)l[7]), logarithms.Values.AsMemory(sequence * rows, rows));
                if (!cache.IsLength(sequence))
                {
                    from.Span.Fill(double.NaN);
                    to.Span.Fill(double.NaN);
                    continue;
                }

                var problem = new AttentionReference([1, l[1], l[2], l[3], cache.Lengths[sequence], l[6], l[7], 1], options);
                var mine = problem.Forward(q[(sequence * rows * (int)l[6])..((sequence + 1) * rows * (int)l[6])], cache.Gather(cache.Keys.Values, sequence, (int)l[6]), cache.Gather(cache.Values.Values, sequence, (int)l[7]));
                mine.Output.Values.CopyTo(from);
                mine.Output.Scale.CopyTo(output.Scale.AsMemory(sequence * rows * (int)l[7]));
                mine.LogSumExp.Values.CopyTo(to);
                mine.LogSumExp.Scale.CopyTo(logarithms.Scale.AsMemory(sequence * rows));
            }

            return (output, logarithms);
        }
    }

    private sealed class Append : PagedCase
    {
        public override string Name => "append-to-pages";

        protected override CasePlan Plan<T>(CaseInputs inputs)
        {
            var l = inputs.Lengths;
            var cache = new Cache<T>(inputs, hasNoLength: true);
            var (table, lengths) = (cache.TableOn(inputs), cache.LengthsOn(inputs));
            var (keys, values) = (inputs.Input<T>([l[0], l[2], l[3], l[6]], withSpecials: true), inputs.Input<T>([l[0], l[2], l[3], l[7]], withSpecials: true));
            return new CasePlan(() => keys.Tensor.AppendToPages(values.Tensor, cache.Keys.Tensor, cache.Values.Tensor, table, lengths), 2.0 * (keys.Data.Length + values.Data.Length) * ElementType<T>.Size) { UpdatesInPlace = true }
                .Expect(cache.Keys.Tensor, () => Appended(cache.Keys.Values, keys.Values, (int)l[6]))
                .Expect(cache.Values.Tensor, () => Appended(cache.Values.Values, values.Values, (int)l[7]));

            double[] Appended(double[] pages, double[] rows, int width)
            {
                var result = (double[])pages.Clone();
                for (var from = 0; from < rows.Length / width; from++)
                {
                    var (sequence, head) = (from / (int)(l[2] * l[3]), from / (int)l[3] % (int)l[2]);
                    var position = cache.Lengths[sequence] - (int)l[3] + (from % (int)l[3]);
                    if (position >= 0 && cache.IsLength(sequence) && cache.At(sequence, head, position, width) is >= 0 and var to)
                    {
                        rows.AsSpan(from * width, width).CopyTo(result.AsSpan(to));
                    }
                }

                return result;
            }
        }
    }
}
