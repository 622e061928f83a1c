using System.Numerics;
using System.Runtime.InteropServices;

namespace CudaKernels.Catalog.Cases;

/// <summary>Elements in their order, all or the first ones. A shape holds the outer, middle and inner lengths and what each case says.</summary>
internal static class SelectionCases
{
    public static IReadOnlyList<OpCase> All { get; } = [new TopKCase(), new SortCase()];

    /// <summary>The fourth length says how many elements are chosen, the fifth one, where there is one, that they rise (1) or are equal (2).</summary>
    private sealed class TopKCase : NumericCase
    {
        private const int Rise = 1;
        private const int Same = 2;

        public override string Name => "top-k";

        public override string Family => "selection";

        // Around a batch of a block, the most elements that it holds and those that it has room for; of a column that rises or is all the same
        // too many of a batch may come before the k-th one.
        public override IReadOnlyList<CaseShape> Shapes =>
        [
            new(0, 4, 2, 2),
            new(2, 5, 3, 0),
            new(1, 1, 1, 1),
            new(2, 33, 1, 33),
            new([3, 40, 2, 5], CaseLayout.Strided),
            new([2, 300, 1, 4], CaseLayout.Unaligned),
            new(1, 2000, 1, 3, Same),
            new(1, 140, 1, 100),
            new(1, 130, 1, 9, Rise),
            new([1, 8300, 1, 2], CaseLayout.Unaligned),
            new(7, 5000, 1, 10),
            new(1, 270, 2, 257),
            new(1, 300, 1, 256),
            new(1, 2100, 1, 100, Rise),
            new(2, 40_001, 1, 8),
            new(2, 40_003, 1, 256),
            new(1, 40_000, 1, 8, Rise),
            new(1, 40_000, 1, 8, Same),
            new(1, 40_000, 1, 256, Rise),
            new([1, 9000, 3, 40], CaseLayout.Strided),
        ];

        public override IReadOnlyList<CaseShape> RaggedShapes => [.. Shapes.SkipLast(10)];

        public override IReadOnlyList<CaseShape> BenchShapes => [new(1024, 50_257, 1, 8)];

        protected override CasePlan Plan<T>(CaseInputs inputs)
        {
            var lengths = inputs.Lengths[..3];
            nint[] chosen = [lengths[0], inputs.Lengths[3], lengths[2]];
            var data = inputs.Input<T>(lengths, -8, 8, withSpecials: true).Data;
            for (var i = 1; i < data.Length; i += 3)
            {
                data[i] = data[i / 2]; // equal elements
            }

            if (inputs.Lengths.Length > 4)
            {
                var step = inputs.Lengths[4] == Same ? data.Length : Math.Max(1, data.Length / 200);
                for (var i = 0; i < data.Length; i++)
                {
                    data[i] = CaseElement.FromDouble<T>((i / step) - 100);
                }
            }

            var x = inputs.Input(data, lengths);
            var (values, indices) = (inputs.Own(inputs.Device.CreateZeros<T>(chosen)), inputs.Own(inputs.Device.CreateZeros<long>(chosen)));
            var (lowest, places) = (inputs.Own(inputs.Device.CreateZeros<T>(chosen)), inputs.Own(inputs.Device.CreateZeros<long>(chosen)));
            var (length, inner, block) = ((int)inputs.Lengths[1], (int)inputs.Lengths[2], (int)(inputs.Lengths[2] * inputs.Lengths[3]));
            return new CasePlan(() => x.Tensor.TopK(1, values, indices), x.Data.Length * (double)ElementType<T>.Size)
                .ExpectRows(values, block, (outer, to, scale) => Choose(outer, largest: true, index: false, to, scale))
                .ExpectRows(indices, block, (outer, to, scale) => Choose(outer, largest: true, index: true, to, scale))
                .Also(() => x.Tensor.TopK(-2, lowest, places, largest: false))
                .ExpectRows(lowest, block, (outer, to, scale) => Choose(outer, largest: false, index: false, to, scale))
                .ExpectRows(places, block, (outer, to, scale) => Choose(outer, largest: false, index: true, to, scale));

            // A block of as many elements as are chosen, for each of the inner columns.
            void Choose(nint outer, bool largest, bool index, Span<double> to, Span<double> scale)
            {
                for (var i = 0; i < inner; i++)
                {
                    var ordered = Enumerable.Range(0, length)
                        .Select(k => (Value: x.Values[(((outer * length) + k) * inner) + i], Index: k))
                        .OrderBy(element => double.IsNaN(element.Value) ? 0 : 1)
                        .ThenBy(element => largest ? -element.Value : element.Value)
                        .ThenBy(element => double.IsNegative(element.Value) == largest ? 1 : 0)
                        .ThenBy(element => element.Index)
                        .ToArray();
                    for (var n = 0; n < block / inner; n++)
                    {
                        to[(n * inner) + i] = index ? ordered[n].Index : ordered[n].Value;
                        scale[(n * inner) + i] = Math.Abs(to[(n * inner) + i]);
                    }
                }
            }
        }
    }

    /// <summary>
    /// The fourth length says what is sorted: 1 for equal elements, 2 for any bits, else after how many elements they repeat, rising until then.
    /// The fifth one says which forms run: 1 for all; many tiles have time for one of them alone in a sanitised run.
    /// </summary>
    private sealed class SortCase : NumericCase
    {
        private const int Equal = 1;
        private const int Any = 2;
        private const int AllForms = 1;
        private const int Rising = 2;
        private const int Falling = 3;
        private const int RisingValues = 4;
        private const int FallingIndices = 5;

        public override string Name => "sort";

        public override string Family => "selection";

        // Around a warp, a run, the row that a block merges and the one that it sorts by digits, a tile and 32 tiles; the two last ones have
        // large tiles.
        public override IReadOnlyList<CaseShape> Shapes =>
        [
            new(0, 3, 2, Any, AllForms),
            new(2, 0, 3, Any, AllForms),
            new(1, 1, 1, Equal, AllForms),
            new(3, 2, 1, Any, AllForms),
            new(2, 33, 1, Equal, AllForms),
            new(2, 31, 3, 7, AllForms),
            new([3, 40, 2, Any, AllForms], CaseLayout.Strided),
            new([2, 257, 1, Any, Rising], CaseLayout.Unaligned),
            new(1, 100, 2, 100, AllForms),
            new(1, 128, 1, 9, AllForms),
            new(1, 129, 1, 9, AllForms),
            new(2, 130, 3, Any, FallingIndices),
            new(1, 513, 1, Any, RisingValues),
            new(1, 1024, 1, Any, Falling),
            new(1, 1025, 1, Any, RisingValues),
            new(1, 1057, 1, 5, RisingValues),
            new(1, 1030, 1, Any, Rising),
            new(1, 1025, 1, Any, FallingIndices),
            new([2, 2048, 1, 300, AllForms], CaseLayout.Unaligned),
            new([2, 1100, 3, Any, AllForms], CaseLayout.Strided),
            new(1, 34_000, 1, Any, Rising),
            new(1, 65_536, 1, Equal, Rising),
            new(2, 66_000, 1, Any, Falling),
        ];

        public override IReadOnlyList<CaseShape> RaggedShapes => [.. Shapes.SkipLast(7)];

        public override IReadOnlyList<CaseShape> BenchShapes => [new(4096, 1000, 1, Any, Rising), new(1, 4_000_000, 1, Any, Rising)];

        protected override CasePlan Plan<T>(CaseInputs inputs)
        {
            var (lengths, forms) = (inputs.Lengths[..3], (int)inputs.Lengths[4]);
            var x = inputs.Input(Data<T>(inputs), lengths);
            var falling = forms is Falling or FallingIndices;
            var (values, indices) = (Zeros<T>(), Zeros<long>());
            var plan = new CasePlan(Run, x.Data.Length * ((2.0 * ElementType<T>.Size) + sizeof(long)));
            if (forms != FallingIndices)
            {
                plan.Expect(values, () => Ordered(x, lengths, falling, index: false));
            }

            if (forms != RisingValues)
            {
                plan.Expect(indices, () => Ordered(x, lengths, falling, index: true));
            }

            if (forms != AllForms)
            {
                return plan;
            }

            var (down, places) = (Zeros<T>(), Zeros<long>());
            var (alone, indicesAlone) = (Zeros<T>(), Zeros<long>());
            return plan
                .Also(() => x.Tensor.Sort(-2, down, places, descending: true))
                .Also(() => x.Tensor.Sort(1, alone))
                .Also(() => x.Tensor.ArgSort(1, indicesAlone, descending: true))
                .Expect(down, () => Ordered(x, lengths, falling: true, index: false))
                .Expect(places, () => Ordered(x, lengths, falling: true, index: true))
                .ExpectSameBits(alone, values)
                .ExpectSameBits(indicesAlone, places);

            DeviceTensor<TResult> Zeros<TResult>() where TResult : unmanaged => inputs.Own(inputs.Device.CreateZeros<TResult>(lengths));

            void Run()
            {
                if (forms == FallingIndices)
                {
                    x.Tensor.ArgSort(1, indices, descending: true);
                }
                else
                {
                    x.Tensor.Sort(1, values, forms == RisingValues ? null : indices, falling);
                }
            }
        }

        private static T[] Data<T>(CaseInputs inputs) where T : unmanaged, INumber<T>
        {
            var (length, inner, period) = (inputs.Lengths[1], inputs.Lengths[2], inputs.Lengths[3]);
            var data = new T[inputs.Lengths[0] * length * inner];
            if (period != Any)
            {
                for (nint at = 0; at < data.Length; at++)
                {
                    data[at] = CaseElement.FromDouble<T>((at / inner % length % period) - 100);
                }

                return data;
            }

            inputs.Random.NextBytes(MemoryMarshal.AsBytes(data.AsSpan()));
            var specials = CaseElement.Specials<T>();
            for (var at = 1; at < data.Length; at += 3)
            {
                // Equal elements, and the special ones among them.
                var special = inputs.Random.Next(4 * (specials.Length + 1));
                data[at] = special < specials.Length ? specials[special] : data[at / 2];
            }

            return data;
        }

        private static double[] Ordered<T>(CaseTensor<T> x, nint[] lengths, bool falling, bool index) where T : unmanaged, INumber<T>
        {
            var (length, inner) = ((int)lengths[1], (int)lengths[2]);
            var result = new double[x.Data.Length];
            for (var column = 0; column < lengths[0] * inner; column++)
            {
                var start = (column / inner * length * inner) + (column % inner);
                var places = Enumerable.Range(0, length).ToArray();
                Array.Sort(places, (a, b) => Compare(x.Data[start + (a * inner)], x.Data[start + (b * inner)], falling) is not 0 and var order ? order : a.CompareTo(b));
                for (var k = 0; k < length; k++)
                {
                    result[start + (k * inner)] = index ? places[k] : CaseElement.ToDouble(x.Data[start + (places[k] * inner)]);
                }
            }

            return result;
        }

        // In the elements' own type: two integers of 64 bits may be one float64.
        private static int Compare<T>(T a, T b, bool falling) where T : INumber<T>
        {
            var order = T.IsNaN(a) || T.IsNaN(b) ? T.IsNaN(a).CompareTo(T.IsNaN(b)) : a == b ? T.IsNegative(b).CompareTo(T.IsNegative(a)) : a.CompareTo(b);
            return falling ? -order : order;
        }
    }
}
