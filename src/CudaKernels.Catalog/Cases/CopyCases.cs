namespace CudaKernels.Catalog.Cases;

/// <summary>fill, iota, copy and cast.</summary>
internal static class CopyCases
{
    public static IReadOnlyList<OpCase> All { get; } =
    [
        new FillCase(),
        new IotaCase(),
        new CopyCase(),
        .. ElementTypes.All.Select(source => new CastCase(source)),
    ];

    private sealed class FillCase : AnyCase
    {
        public override string Name => "fill";

        public override string Family => "elementwise";

        public override IReadOnlyList<CaseShape> Shapes => CaseShape.Elementwise;

        protected override CasePlan Plan<T>(CaseInputs inputs)
        {
            var y = inputs.Output<T>(inputs.Lengths);
            var value = CaseElement.FromDouble<T>(3);
            return new CasePlan(() => y.Fill(value), (double)y.FlattenedLength * ElementType<T>.Size)
                .Expect(y, () => [.. Enumerable.Repeat(CaseElement.ToDouble(value), (int)y.FlattenedLength)]);
        }
    }

    private sealed class IotaCase : NumericCase
    {
        public override string Name => "iota";

        public override string Family => "elementwise";

        public override IReadOnlyList<CaseShape> Shapes => [new(0), new(1), new(100), new([33], CaseLayout.Unaligned), new(7, 129), new(5003)];

        protected override CasePlan Plan<T>(CaseInputs inputs)
        {
            var y = inputs.Output<T>(inputs.Lengths);
            var (start, step) = (T.CreateTruncating(5), T.CreateTruncating(2));
            return new CasePlan(() => y.Iota(start, step), (double)y.FlattenedLength * ElementType<T>.Size)
                .Expect(y, () => [.. Enumerable.Range(0, (int)y.FlattenedLength).Select(i => Wrap<T>(5 + (2L * i)))]);
        }

        // The small integers wrap around along the tensor.
        private static double Wrap<T>(long value) =>
            typeof(T) == typeof(sbyte) ? unchecked((sbyte)value) : typeof(T) == typeof(byte) ? unchecked((byte)value) : value;
    }

    private sealed class CopyCase : AnyCase
    {
        public override string Name => "copy";

        public override string Family => "elementwise";

        public override IReadOnlyList<CaseShape> Shapes => CaseShape.Elementwise;

        protected override CasePlan Plan<T>(CaseInputs inputs)
        {
            var x = inputs.Input<T>(inputs.Lengths, withSpecials: true);
            var y = inputs.Output<T>(inputs.Lengths);
            var dense = inputs.Own(inputs.Device.CreateZeros<T>(inputs.Lengths));
            return new CasePlan(() => x.Tensor.CopyTo(y), 2.0 * x.Data.Length * ElementType<T>.Size)
                .Expect(y, () => x.Values)
                .Also(() => x.Tensor.CopyTo(dense))
                .Expect(dense, () => x.Values);
        }
    }

    private sealed class CastCase(ElementKind source) : AnyCase
    {
        public override string Name => $"cast-from-{ElementTypes.ShortName(source)}";

        public override string Family => "elementwise";

        public override string KernelFile => "elementwise/cast.cu";

        public override IReadOnlyList<CaseShape> Shapes => CaseShape.Elementwise;

        protected override CasePlan Plan<T>(CaseInputs inputs) => ElementTypes.Dispatch(source, new SourceVisitor<T>(inputs));

        private sealed class SourceVisitor<TTo>(CaseInputs inputs) : IElementVisitor<CasePlan> where TTo : unmanaged
        {
            public CasePlan Visit<TFrom>() where TFrom : unmanaged
            {
                var data = inputs.Input<TFrom>(inputs.Lengths, -300, 300, withSpecials: true).Data;
                if (inputs.HasSpecials && data.Length > 2 && ElementTypes.IsFloatingPoint(ElementType<TFrom>.Kind) && !ElementTypes.IsFloatingPoint(ElementType<TTo>.Kind))
                {
                    // Just beyond the range of the integers, on both sides.
                    var bound = Math.Pow(2, (8 * ElementType<TTo>.Size) - 1);
                    (data[0], data[1]) = (CaseElement.FromDouble<TFrom>(bound), CaseElement.FromDouble<TFrom>(-bound));
                }

                if (inputs.HasSpecials && data.Length > 16 && ElementTypes.Float8.Contains(ElementType<TTo>.Kind))
                {
                    // On the limit of the 8-bit floats, on both sides of it, and far beyond; and ties, each format's own, subnormal ones too.
                    var limit = Float8Reference.Of<TTo>().Limit;
                    double[] edges = [limit, -limit, limit * (1 - Math.ScaleB(1, -10)), limit * (1 + Math.ScaleB(1, -10)), 8 * limit, 17, 19, 18, 22, Math.ScaleB(3, -10), Math.ScaleB(3, -17)];
                    Array.ConvertAll(edges, CaseElement.FromDouble<TFrom>).CopyTo(data, 3);
                }

                var x = inputs.Input(data, inputs.Lengths);
                var y = inputs.Output<TTo>(inputs.Lengths);
                return new CasePlan(() => x.Tensor.Cast(y), (double)x.Data.Length * (ElementType<TFrom>.Size + ElementType<TTo>.Size))
                    .Expect(y, () => Array.ConvertAll(x.Values, Convert<TFrom>));
            }

            // Floats saturate and NaN becomes 0 in the integers; integers keep their low bits.
            private static double Convert<TFrom>(double value) where TFrom : unmanaged
            {
                if (typeof(TTo) == typeof(bool))
                {
                    return value != 0 ? 1 : 0;
                }

                if (ElementTypes.IsFloatingPoint(ElementType<TTo>.Kind))
                {
                    return value;
                }

                if (!ElementTypes.IsFloatingPoint(ElementType<TFrom>.Kind))
                {
                    var bits = 64 - (8 * ElementType<TTo>.Size);
                    var integer = (long)value << bits;
                    return typeof(TTo) == typeof(byte) ? (ulong)integer >> bits : integer >> bits;
                }

                return double.IsNaN(value) ? 0 : CaseElement.ToDouble(CaseElement.FromDouble<TTo>(Math.Truncate(value)));
            }

        }
    }
}
