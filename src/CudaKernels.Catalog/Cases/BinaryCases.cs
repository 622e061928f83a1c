using System.Numerics;

namespace CudaKernels.Catalog.Cases;

/// <summary>The elementwise operations of two operands, with broadcasting and scalar forms.</summary>
internal static class BinaryCases
{
    public static IReadOnlyList<OpCase> All { get; } = [new AddCase(), new GreaterCase(), new WhereCase()];

    private sealed class AddCase : NumericBinaryCase
    {
        public override string Name => "add";

        protected override double Reference(double a, double b) => a + b;

        protected override void Run<T>(DeviceTensor<T> a, DeviceTensor<T> b, DeviceTensor<T> y) => a.Add(b, y);

        protected override void Run<T>(DeviceTensor<T> a, T b, DeviceTensor<T> y) => a.Add(b, y);
    }

    private sealed class GreaterCase : ComparisonCase
    {
        public override string Name => "greater";

        protected override bool Reference(double a, double b) => a > b;

        protected override void Run<T>(DeviceTensor<T> a, DeviceTensor<T> b, DeviceTensor<bool> y) => a.Greater(b, y);

        protected override void Run<T>(DeviceTensor<T> a, T b, DeviceTensor<bool> y) => a.Greater(b, y);
    }

    private sealed class WhereCase : AnyCase
    {
        public override string Name => "where";

        public override string Family => "elementwise";

        public override IReadOnlyList<CaseShape> Shapes => CaseShape.Elementwise;

        protected override CasePlan Plan<T>(CaseInputs inputs)
        {
            var condition = inputs.Input<bool>(inputs.Lengths);
            var a = inputs.Input<T>(inputs.Lengths, withSpecials: true);
            var b = inputs.Input<T>(Broadcast.Row(inputs.Lengths));
            var y = inputs.Output<T>(inputs.Lengths);
            return new CasePlan(() => condition.Tensor.Where(a.Tensor, b.Tensor, y), a.Data.Length * ((3.0 * ElementType<T>.Size) + 1))
                .Expect(y, () =>
                {
                    var right = Broadcast.Expand(b.Values, a.Values.Length);
                    return [.. condition.Data.Select((chosen, i) => chosen ? a.Values[i] : right[i])];
                });
        }
    }
}

/// <summary>Right operands that are broadcast along all but the last dimension.</summary>
internal static class Broadcast
{
    /// <summary>[1, …, last].</summary>
    public static nint[] Row(nint[] lengths) => lengths.Length < 2 ? lengths : [.. Enumerable.Repeat((nint)1, lengths.Length - 1), lengths[^1]];

    /// <summary>The elements of such an operand, repeated to <paramref name="count"/>.</summary>
    public static double[] Expand(double[] row, int count) => [.. Enumerable.Range(0, count).Select(i => row[i % row.Length])];
}

/// <summary>y = f(a, b) over all numbers: with b of a's shape, broadcast, and scalar.</summary>
internal abstract class NumericBinaryCase : NumericCase
{
    public override string Family => "elementwise";

    public override IReadOnlyList<CaseShape> Shapes => CaseShape.Elementwise;

    /// <summary>The range of the operands; small enough that no integer type overflows, unless an operation says otherwise.</summary>
    protected virtual (double Low, double High) Range => (-50, 50);

    protected abstract double Reference(double a, double b);

    protected abstract void Run<T>(DeviceTensor<T> a, DeviceTensor<T> b, DeviceTensor<T> y) where T : unmanaged, INumber<T>;

    protected abstract void Run<T>(DeviceTensor<T> a, T b, DeviceTensor<T> y) where T : unmanaged, INumber<T>;

    protected sealed override CasePlan Plan<T>(CaseInputs inputs)
    {
        var low = typeof(T) == typeof(byte) ? 0 : Range.Low;
        var a = inputs.Input<T>(inputs.Lengths, low, Range.High, withSpecials: true);
        var b = inputs.Input<T>(Broadcast.Row(inputs.Lengths), low, Range.High, withSpecials: true);
        var scalar = T.CreateTruncating(3);
        var sum = inputs.Output<T>(inputs.Lengths);
        var shifted = inputs.Output<T>(inputs.Lengths);
        return new CasePlan(() => Run(a.Tensor, b.Tensor, sum), 3.0 * a.Data.Length * ElementType<T>.Size, a.Data.Length)
            .Also(() => Run(a.Tensor, scalar, shifted))
            .Expect(sum, () =>
            {
                var right = Broadcast.Expand(b.Values, a.Values.Length);
                return [.. a.Values.Select((value, i) => Reference(value, right[i]))];
            })
            .Expect(shifted, () => [.. a.Values.Select(value => Reference(value, 3))]);
    }
}

/// <summary>A mask y = a ? b over all numbers.</summary>
internal abstract class ComparisonCase : NumericCase
{
    public override string Family => "elementwise";

    public override IReadOnlyList<CaseShape> Shapes => CaseShape.Elementwise;

    protected abstract bool Reference(double a, double b);

    protected abstract void Run<T>(DeviceTensor<T> a, DeviceTensor<T> b, DeviceTensor<bool> y) where T : unmanaged, INumber<T>;

    protected abstract void Run<T>(DeviceTensor<T> a, T b, DeviceTensor<bool> y) where T : unmanaged, INumber<T>;

    protected sealed override CasePlan Plan<T>(CaseInputs inputs)
    {
        var a = inputs.Input<T>(inputs.Lengths, 0, 5, withSpecials: true);
        var b = inputs.Input<T>(Broadcast.Row(inputs.Lengths), 0, 5, withSpecials: true);
        var scalar = T.CreateTruncating(2);
        var mask = inputs.Output<bool>(inputs.Lengths);
        var scalarMask = inputs.Output<bool>(inputs.Lengths);
        return new CasePlan(() => Run(a.Tensor, b.Tensor, mask), a.Data.Length * ((2.0 * ElementType<T>.Size) + 1), a.Data.Length)
            .Also(() => Run(a.Tensor, scalar, scalarMask))
            .Expect(mask, () =>
            {
                var right = Broadcast.Expand(b.Values, a.Values.Length);
                return [.. a.Values.Select((value, i) => Reference(value, right[i]) ? 1.0 : 0.0)];
            })
            .Expect(scalarMask, () => [.. a.Values.Select(value => Reference(value, 2) ? 1.0 : 0.0)]);
    }
}
