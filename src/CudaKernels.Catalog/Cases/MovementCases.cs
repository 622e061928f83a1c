namespace CudaKernels.Catalog.Cases;

/// <summary>Tensors joined, framed, reversed and turned.</summary>
internal static class MovementCases
{
    public static IReadOnlyList<OpCase> All { get; } = [new ConcatenateCase(), new PadCase(), new FlipCase(), new RollCase()];

    /// <summary>Three tensors along the middle of three dimensions: a shape holds outer, inner and three middle lengths.</summary>
    private sealed class ConcatenateCase : AnyCase
    {
        public override string Name => "concatenate";

        public override string Family => "elementwise";

        public override string KernelFile => "elementwise/copy.cu";

        public override IReadOnlyList<CaseShape> Shapes => [new(0, 3, 1, 2, 3), new(1, 1, 1, 1, 1), new(1, 1, 1, 0, 0), new(1, 5, 3, 1, 4), new([3, 4, 2, 0, 5], CaseLayout.Strided), new([2, 7, 3, 3, 1], CaseLayout.Unaligned), new(40, 33, 7, 9, 11)];

        public override IReadOnlyList<CaseShape> RaggedShapes => [.. Shapes.SkipLast(1)];

        public override IReadOnlyList<CaseShape> BenchShapes => [new(64, 4096, 16, 32, 16)];

        protected override CasePlan Plan<T>(CaseInputs inputs)
        {
            var (outer, inner) = (inputs.Lengths[0], inputs.Lengths[1]);
            CaseTensor<T>[] parts = [.. inputs.Lengths[2..].Select(length => inputs.Input<T>([outer, length, inner], withSpecials: true))];
            var tensors = Array.ConvertAll(parts, part => part.Tensor);
            nint[] lengths = [outer, inputs.Lengths[2..].Aggregate((sum, length) => sum + length), inner];
            var y = inputs.Output<T>(lengths);
            var plan = new CasePlan(() => DeviceTensor<T>.Concatenate(tensors, 1, y), 2.0 * y.FlattenedLength * ElementType<T>.Size)
                .Expect(y, () => [.. Enumerable.Range(0, (int)outer).SelectMany(o => parts.SelectMany(part => part.Values.Skip(o * (int)(part.Tensor.Lengths[1] * inner)).Take((int)(part.Tensor.Lengths[1] * inner))))]);
            for (var i = 0; i < parts.Length; i++)
            {
                var (part, back) = (i, inputs.Own(inputs.Device.CreateZeros<T>(parts[i].Tensor.Lengths)));
                plan.Also(() =>
                {
                    var views = y.Split(-2, inputs.Lengths[2..]);
                    views[part].CopyTo(back);
                    Array.ForEach(views, view => view.Dispose());
                }).Expect(back, () => parts[part].Values);
            }

            return plan;
        }
    }

    /// <summary>A shape's lengths are the tensor's; the borders follow from the dimension.</summary>
    private sealed class PadCase : AnyCase
    {
        public override string Name => "pad";

        public override string Family => "elementwise";

        public override IReadOnlyList<CaseShape> Shapes => [new([]), new(0), new(1), new(33), new(3, 0), new([5, 7], CaseLayout.Strided), new([3, 4, 5], CaseLayout.Unaligned), new([2, 3, 1, 6], CaseLayout.Strided), new(20, 3, 300)];

        protected override CasePlan Plan<T>(CaseInputs inputs)
        {
            var x = inputs.Input<T>(inputs.Lengths, withSpecials: true);
            (nint Before, nint After)[] padding = [.. inputs.Lengths.Select((_, d) => ((nint)((d + 2) % 3), (nint)((d + 1) % 2)))];
            nint[] framed = [.. inputs.Lengths.Select((length, d) => padding[d].Before + length + padding[d].After)];
            var y = inputs.Own(inputs.Device.CreateZeros<T>(framed));
            var back = inputs.Output<T>(inputs.Lengths);
            var value = CaseElement.FromDouble<T>(-7);
            return new CasePlan(() => x.Tensor.Pad(padding, value, y), (x.Data.Length + y.FlattenedLength) * (double)ElementType<T>.Size)
                .Expect(y, Reference)
                .Also(() => y.PadGradient(padding, back))
                .Expect(back, () => x.Values);

            double[] Reference()
            {
                var result = new double[y.FlattenedLength];
                for (var i = 0; i < result.Length; i++)
                {
                    var (rest, from, step, inside) = ((nint)i, (nint)0, (nint)1, true);
                    for (var d = framed.Length - 1; d >= 0; d--)
                    {
                        var at = (rest % framed[d]) - padding[d].Before;
                        inside &= at >= 0 && at < inputs.Lengths[d];
                        from += at * step;
                        (rest, step) = (rest / framed[d], step * inputs.Lengths[d]);
                    }

                    result[i] = inside ? x.Values[from] : CaseElement.ToDouble(value);
                }

                return result;
            }
        }
    }

    /// <summary>The last dimension, every second one from the last but one on, and all; the last one also into a dense tensor, which may be a transposition.</summary>
    private sealed class FlipCase : StridedCopyCase
    {
        public override string Name => "flip";

        public override IReadOnlyList<CaseShape> Shapes => [.. base.Shapes, new([2, 17, 40], CaseLayout.Strided)];

        protected override CasePlan Plan<T>(CaseInputs inputs)
        {
            var x = inputs.Input<T>(inputs.Lengths, withSpecials: true);
            int[] last = [-1], alternate = [.. Enumerable.Range(0, inputs.Lengths.Length).Where(d => (inputs.Lengths.Length - d) % 2 == 0)];
            var (y, rows, whole) = (inputs.Output<T>(inputs.Lengths), inputs.Output<T>(inputs.Lengths), inputs.Output<T>(inputs.Lengths));
            var dense = inputs.Own(inputs.Device.CreateZeros<T>(inputs.Lengths));
            var plan = new CasePlan(() => x.Tensor.Flip(last, y), 2.0 * x.Data.Length * ElementType<T>.Size)
                .Expect(y, Reversed)
                .Also(() => x.Tensor.Flip(last, dense))
                .Expect(dense, Reversed)
                .Also(() => x.Tensor.Flip([], whole))
                .Expect(whole, () => Moved(x.Values, inputs.Lengths, (d, i) => inputs.Lengths[d] - 1 - i));
            return alternate.Length == 0
                ? plan
                : plan.Also(() => x.Tensor.Flip(alternate, rows)).Expect(rows, () => Moved(x.Values, inputs.Lengths, (d, i) => alternate.Contains(d) ? inputs.Lengths[d] - 1 - i : i));

            double[] Reversed() => Moved(x.Values, inputs.Lengths, (d, i) => d == inputs.Lengths.Length - 1 ? inputs.Lengths[d] - 1 - i : i);
        }
    }

    /// <summary>Along the last dimension and the first, on and back, by more than a turn.</summary>
    private sealed class RollCase : StridedCopyCase
    {
        public override string Name => "roll";

        protected override CasePlan Plan<T>(CaseInputs inputs)
        {
            var x = inputs.Input<T>(inputs.Lengths, withSpecials: true);
            var last = inputs.Lengths.Length - 1;
            var (y, back, rows) = (inputs.Output<T>(inputs.Lengths), inputs.Output<T>(inputs.Lengths), inputs.Output<T>(inputs.Lengths));
            return new CasePlan(() => x.Tensor.Roll(5, -1, y), 2.0 * x.Data.Length * ElementType<T>.Size)
                .Expect(y, () => Moved(x.Values, inputs.Lengths, (d, i) => d == last ? Turned(i - 5, inputs.Lengths[d]) : i))
                .Also(() => y.Roll(-5, last, back))
                .Expect(back, () => x.Values)
                .Also(() => x.Tensor.Roll(-1001, 0, rows))
                .Expect(rows, () => Moved(x.Values, inputs.Lengths, (d, i) => d == 0 ? Turned(i + 1001, inputs.Lengths[d]) : i));

            static nint Turned(nint i, nint length) => ((i % length) + length) % length;
        }
    }

    /// <summary>Copies of all elements between other strides.</summary>
    private abstract class StridedCopyCase : AnyCase
    {
        public override string Family => "elementwise";

        public override string KernelFile => "elementwise/copy.cu";

        public override IReadOnlyList<CaseShape> Shapes => CaseShape.Elementwise;

        /// <summary>The elements of a tensor from other places along each dimension.</summary>
        /// <param name="values">The elements.</param>
        /// <param name="lengths">The shape.</param>
        /// <param name="from">Where along a dimension what comes to a place of it is taken from.</param>
        protected static double[] Moved(double[] values, nint[] lengths, Func<int, nint, nint> from)
        {
            var result = new double[values.Length];
            for (var i = 0; i < result.Length; i++)
            {
                var (rest, place, step) = ((nint)i, (nint)0, (nint)1);
                for (var d = lengths.Length - 1; d >= 0; d--)
                {
                    place += from(d, rest % lengths[d]) * step;
                    (rest, step) = (rest / lengths[d], step * lengths[d]);
                }

                result[i] = values[place];
            }

            return result;
        }
    }
}
