using System.Numerics;

namespace CudaKernels.Catalog.Cases;

/// <summary>
/// The operations that take indices. A shape holds the outer, middle and inner lengths of a tensor and how many indices look into the
/// middle. On a CUDA device some indices name nothing; the managed device refuses those.
/// </summary>
internal static class IndexCases
{
    public static IReadOnlyList<OpCase> All { get; } = [new IndexSelectCase(), new IndexSelectGradientCase(), new EmbeddingCase(), new GatherCase(), new ScatterAddCase(), new OneHotCase()];

    /// <summary>Around blocks of 32 slices and 256 columns or packs of 16 bytes, of 256 indices, and more of them than a gradient lists, with packs and without.</summary>
    private static IReadOnlyList<CaseShape> Shapes { get; } =
    [
        new(2, 0, 3, 0),
        new(2, 3, 0, 4),
        new(3, 5, 2, 0),
        new(1, 1, 1, 1),
        new(1, 33, 3, 7),
        new([2, 5, 7, 9], CaseLayout.Unaligned),
        new([3, 4, 5, 3], CaseLayout.Strided),
        new(1, 31, 8, 129),
        new(5, 9, 1, 6),
        new(1, 3, 130, 5),
        new(1, 40, 128, 3),
        new(1, 10, 8, 600),
        new(2, 20, 1, 600),
        new(1, 5, 1040, 3),
        new(1, 40, 2, 700),
        new(3, 4, 101, 5),
        new(256, 40, 1, 2),
        new(1, 3, 2064, 4),
        new(2, 40, 65, 260),
    ];

    private static nint[] Tensor(CaseInputs inputs) => inputs.Lengths[..3];

    private static nint[] Selected(CaseInputs inputs) => [inputs.Lengths[0], inputs.Lengths[3], inputs.Lengths[2]];

    private static TIndex[] Indices<TIndex>(CaseInputs inputs, int count, nint length) where TIndex : IBinaryInteger<TIndex>
    {
        var indices = new TIndex[count];
        for (var k = 0; k < count; k++)
        {
            indices[k] = TIndex.CreateChecked(inputs.Random.Next((int)Math.Max(length, 1)));
        }

        if (inputs.Device is CudaDevice && count > 4)
        {
            (indices[1], indices[^2]) = (TIndex.CreateChecked(length), -TIndex.One);
            if (typeof(TIndex) == typeof(long) && count > 6)
            {
                // Their lower halves are within the dimension.
                (indices[2], indices[^3]) = (TIndex.CreateChecked(1L << 32), TIndex.CreateChecked(-1L << 32));
            }
        }

        return indices;
    }

    private static double Missing<T>() where T : unmanaged => ElementTypes.IsFloatingPoint(ElementType<T>.Kind) ? double.NaN : 0;

    /// <summary>What a tensor [outer, length, inner] holds at an index into its middle dimension.</summary>
    private static double At<T>(T[] x, long outer, long index, long inner, nint[] lengths) where T : unmanaged =>
        index >= 0 && index < lengths[1] ? CaseElement.ToDouble(x[(((outer * lengths[1]) + index) * lengths[2]) + inner]) : Missing<T>();

    /// <summary>Adds every element of a tensor [outer, count, inner] to the element of a tensor [outer, length, inner] that its index names.</summary>
    private static double[] Scatter(double[] sums, double[] x, nint[] lengths, Func<long, long> index)
    {
        var (count, inner) = (lengths[3], lengths[2]);
        var result = (double[])sums.Clone();
        for (var i = 0L; i < x.Length; i++)
        {
            var at = index(i);
            if (at >= 0 && at < lengths[1])
            {
                result[(((i / inner / count * lengths[1]) + at) * inner) + (i % inner)] += x[i];
            }
        }

        return result;
    }

    private sealed class IndexSelectCase : AnyCase
    {
        public override string Name => "index-select";

        public override string Family => "indexing";

        public override IReadOnlyList<CaseShape> Shapes => IndexCases.Shapes;

        public override IReadOnlyList<CaseShape> RaggedShapes => [.. Shapes.SkipLast(1)];

        public override IReadOnlyList<CaseShape> BenchShapes => [new(1, 50_257, 768, 8192)];

        protected override CasePlan Plan<T>(CaseInputs inputs)
        {
            var (lengths, count) = (Tensor(inputs), (int)inputs.Lengths[3]);
            var x = inputs.Input<T>(lengths, withSpecials: true);
            var (small, large) = (Indices<int>(inputs, count, lengths[1]), Indices<long>(inputs, count, lengths[1]));
            var (rows, places) = (inputs.Input(small, [count]), inputs.Input(large, [count, 1]));
            var y = inputs.Own(inputs.Device.CreateZeros<T>(Selected(inputs)));
            var z = inputs.Own(inputs.Device.CreateZeros<T>([lengths[0], count, 1, lengths[2]]));
            return new CasePlan(() => x.Tensor.IndexSelect(rows.Tensor, 1, y), 2.0 * y.FlattenedLength * ElementType<T>.Size)
                .Expect(y, () => Reference(small))
                .Also(() => x.Tensor.IndexSelect(places.Tensor, -2, z))
                .Expect(z, () => Reference(large));

            double[] Reference<TIndex>(TIndex[] index) where TIndex : IBinaryInteger<TIndex> =>
                [.. Enumerable.Range(0, (int)y.FlattenedLength).Select(i => At(x.Data, i / lengths[2] / count, long.CreateTruncating(index[i / lengths[2] % count]), i % lengths[2], lengths))];
        }
    }

    private sealed class IndexSelectGradientCase : FloatingCase
    {
        public override string Name => "index-select-gradient";

        public override string Family => "indexing";

        public override string KernelFile => "indexing/index_select.cu";

        public override IReadOnlyList<CaseShape> Shapes => IndexCases.Shapes;

        public override IReadOnlyList<CaseShape> RaggedShapes => [.. Shapes.SkipLast(1)];

        public override IReadOnlyList<CaseShape> BenchShapes => [new(1, 50_257, 768, 8192)];

        protected override CasePlan Plan<T>(CaseInputs inputs)
        {
            var (lengths, count) = (Tensor(inputs), (int)inputs.Lengths[3]);
            var (small, large) = (Indices<int>(inputs, count, lengths[1]), Indices<long>(inputs, count, lengths[1]));
            var (rows, places) = (inputs.Input(small, [count]), inputs.Input(large, [count]));
            var dy = inputs.Input<T>(Selected(inputs));
            var (dx, padded) = (inputs.Own(inputs.Device.CreateZeros<T>(lengths)), inputs.Own(inputs.Device.CreateZeros<T>(lengths)));
            long? padding = lengths[1] > 1 ? 1 : null;
            return new CasePlan(() => dy.Tensor.IndexSelectGradient(rows.Tensor, 1, dx), (dx.FlattenedLength + dy.Data.Length) * (double)ElementType<T>.Size, dy.Data.Length)
                .Expect(dx, () => Reference(small, dy.Values, null), scale: () => Reference(small, Array.ConvertAll(dy.Values, Math.Abs), null))
                .Also(() => dy.Tensor.IndexSelectGradient(places.Tensor, 1, padded, padding))
                .Expect(padded, () => Reference(large, dy.Values, padding), scale: () => Reference(large, Array.ConvertAll(dy.Values, Math.Abs), padding));

            double[] Reference<TIndex>(TIndex[] index, double[] values, long? left) where TIndex : IBinaryInteger<TIndex> =>
                Scatter(new double[dx.FlattenedLength], values, inputs.Lengths, i => long.CreateTruncating(index[i / lengths[2] % count]) is var at && at == left ? -1 : at);
        }
    }

    /// <summary>Rows of a table, of which the indices have two dimensions.</summary>
    private sealed class EmbeddingCase : FloatingCase
    {
        public override string Name => "embedding";

        public override string Family => "indexing";

        public override string KernelFile => "indexing/index_select.cu";

        public override IReadOnlyList<CaseShape> Shapes => [new(2, 0, 1, 3), new(1, 1, 1, 1), new(5, 7, 2, 3), new([9, 6, 3, 4], CaseLayout.Strided), new(40, 33, 5, 30)];

        public override IReadOnlyList<CaseShape> BenchShapes => [new(50_257, 768, 8, 1024)];

        protected override CasePlan Plan<T>(CaseInputs inputs)
        {
            var (rows, columns, count) = (inputs.Lengths[0], (int)inputs.Lengths[1], (int)(inputs.Lengths[2] * inputs.Lengths[3]));
            var index = Indices<long>(inputs, count, rows);
            var (table, indices) = (inputs.Input<T>([rows, columns]), inputs.Input(index, inputs.Lengths[2..]));
            var y = inputs.Own(inputs.Device.CreateZeros<T>([.. inputs.Lengths[2..], columns]));
            var dy = inputs.Input<T>(y.Lengths);
            var dx = inputs.Own(inputs.Device.CreateZeros<T>([rows, columns]));
            return new CasePlan(() => table.Tensor.Embedding(indices.Tensor, y), 2.0 * y.FlattenedLength * ElementType<T>.Size)
                .Expect(y, () => [.. Enumerable.Range(0, count * columns).Select(i => At(table.Data, 0, index[i / columns], i % columns, [1, rows, columns]))])
                .Also(() => dy.Tensor.EmbeddingGradient(indices.Tensor, dx, 0))
                .Expect(dx, () => Scatter(new double[dx.FlattenedLength], dy.Values, [1, rows, columns, count], i => index[i / columns] is 0 ? -1 : index[i / columns]));
        }
    }

    private sealed class GatherCase : AnyCase
    {
        public override string Name => "gather";

        public override string Family => "indexing";

        public override IReadOnlyList<CaseShape> Shapes => IndexCases.Shapes;

        public override IReadOnlyList<CaseShape> RaggedShapes => [.. Shapes.SkipLast(1)];

        public override IReadOnlyList<CaseShape> BenchShapes => [new(8192, 50_257, 1, 1)];

        protected override CasePlan Plan<T>(CaseInputs inputs)
        {
            var (lengths, selected) = (Tensor(inputs), Selected(inputs));
            var x = inputs.Input<T>(lengths, withSpecials: true);
            var y = inputs.Own(inputs.Device.CreateZeros<T>(selected));
            var z = inputs.Own(inputs.Device.CreateZeros<T>(selected));
            var (small, large) = (Indices<int>(inputs, (int)y.FlattenedLength, lengths[1]), Indices<long>(inputs, (int)y.FlattenedLength, lengths[1]));
            var (near, far) = (inputs.Input(small, selected), inputs.Input(large, selected));
            return new CasePlan(() => x.Tensor.Gather(far.Tensor, 1, y), y.FlattenedLength * (2.0 * ElementType<T>.Size + sizeof(long)))
                .Expect(y, () => Reference(large))
                .Also(() => x.Tensor.Gather(near.Tensor, -2, z))
                .Expect(z, () => Reference(small));

            double[] Reference<TIndex>(TIndex[] index) where TIndex : IBinaryInteger<TIndex> =>
                [.. index.Select((at, i) => At(x.Data, i / lengths[2] / inputs.Lengths[3], long.CreateTruncating(at), i % lengths[2], lengths))];
        }
    }

    private sealed class ScatterAddCase : FloatingCase
    {
        public override string Name => "scatter-add";

        public override string Family => "indexing";

        public override string KernelFile => "indexing/gather.cu";

        public override IReadOnlyList<CaseShape> Shapes => [.. IndexCases.Shapes, .. WholeVectors];

        // A thread looks at every index of its column: as many accesses, twice, as the shape has elements.
        public override IReadOnlyList<CaseShape> RaggedShapes => [.. Shapes.Where(shape => shape.Count <= 90_000)];

        public override IReadOnlyList<CaseShape> BenchShapes => [new(8192, 1024, 1, 8)];

        private static IReadOnlyList<CaseShape> WholeVectors { get; } = [new(3, 16, 1, 7), new([2, 16, 1, 5], CaseLayout.Unaligned)];

        protected override CasePlan Plan<T>(CaseInputs inputs)
        {
            var (lengths, selected) = (Tensor(inputs), Selected(inputs));
            var dy = inputs.Input<T>(selected);
            var (small, large) = (Indices<int>(inputs, dy.Data.Length, lengths[1]), Indices<long>(inputs, dy.Data.Length, lengths[1]));
            var (near, far) = (inputs.Input(small, selected), inputs.Input(large, selected));
            var start = inputs.Input<T>(lengths);
            var y = inputs.Own(inputs.Device.CreateTensor(start.Data, lengths));
            var dx = inputs.Own(inputs.Device.CreateTensor(start.Data, lengths)); // what stands there has no part in a gradient
            var none = new double[start.Data.Length];
            return new CasePlan(() => dy.Tensor.GatherGradient(far.Tensor, 1, dx), dy.Data.Length * (double)(ElementType<T>.Size + sizeof(long)) + dx.FlattenedLength * (double)ElementType<T>.Size, dy.Data.Length)
                .Expect(dx, () => Scatter(none, dy.Values, inputs.Lengths, i => large[i]), scale: () => Scatter(none, Array.ConvertAll(dy.Values, Math.Abs), inputs.Lengths, i => large[i]))
                .Also(() => dy.Tensor.ScatterAdd(near.Tensor, 1, y))
                .Expect(y, () => Scatter(start.Values, dy.Values, inputs.Lengths, i => small[i]), scale: () => Scatter(Array.ConvertAll(start.Values, Math.Abs), Array.ConvertAll(dy.Values, Math.Abs), inputs.Lengths, i => small[i]));
        }
    }

    /// <summary>A shape holds the indices' lengths and the classes.</summary>
    private sealed class OneHotCase : NumericCase
    {
        public override string Name => "one-hot";

        public override string Family => "indexing";

        public override IReadOnlyList<CaseShape> Shapes => [new(0, 5), new(3, 0), new(1, 1), new(7, 33), new([20, 9], CaseLayout.Strided), new(2, 9, 17), new(300, 40)];

        public override IReadOnlyList<CaseShape> BenchShapes => [new(8192, 1000)];

        protected override CasePlan Plan<T>(CaseInputs inputs)
        {
            var (rows, classes) = (inputs.Lengths[..^1], (int)inputs.Lengths[^1]);
            var count = (int)rows.Aggregate((nint)1, (product, length) => product * length);
            var (small, large) = (Named<int>(inputs, count, classes), Named<long>(inputs, count, classes));
            var (near, far) = (inputs.Input(small, rows), inputs.Input(large, rows));
            var (y, z) = (inputs.Own(inputs.Device.CreateZeros<T>(inputs.Lengths)), inputs.Own(inputs.Device.CreateZeros<T>(inputs.Lengths)));
            return new CasePlan(() => far.Tensor.OneHot(y), y.FlattenedLength * (double)ElementType<T>.Size)
                .Expect(y, () => Reference(large))
                .Also(() => near.Tensor.OneHot(z))
                .Expect(z, () => Reference(small));

            double[] Reference<TIndex>(TIndex[] index) where TIndex : IBinaryInteger<TIndex> =>
                [.. index.SelectMany(named => Enumerable.Range(0, classes).Select(c => long.CreateTruncating(named) is var at && at == c ? 1 : at >= classes ? Missing<T>() : 0))];
        }

        // No class may be named where there is none, but a negative index may stand anywhere.
        private static TIndex[] Named<TIndex>(CaseInputs inputs, int count, int classes) where TIndex : IBinaryInteger<TIndex>
        {
            var named = Indices<TIndex>(inputs, count, classes);
            for (var i = 0; i < count; i += classes == 0 ? 1 : 6)
            {
                named[i] = TIndex.CreateChecked(-1 - (i % 2));
            }

            return named;
        }
    }
}
