using System.Numerics;

namespace CudaKernels.Catalog.Cases;

/// <summary>The elementwise operations of two operands, with broadcasting and scalar forms.</summary>
internal static class BinaryCases
{
    public static IReadOnlyList<OpCase> All { get; } =
    [
        new AddCase(),
        new SubtractCase(),
        new MultiplyCase(),
        new DivideCase(),
        new RemainderCase(),
        new MinimumCase(),
        new MaximumCase(),
        new PowCase(),
        new WhereCase(),
    ];

    private sealed class AddCase : NumericBinaryCase
    {
        public override string Name => "add";

        protected override double Reference(double a, double b) => a + b;

        protected override void Run<T>(DeviceTensor<T> a, DeviceTensor<T> b, DeviceTensor<T> y) => a.Add(b, y);

        protected override void Run<T>(DeviceTensor<T> a, T b, DeviceTensor<T> y) => a.Add(b, y);
    }

    private sealed class SubtractCase : NumericBinaryCase
    {
        public override string Name => "subtract";

        protected override double Reference(double a, double b) => a - b;

        protected override void Run<T>(DeviceTensor<T> a, DeviceTensor<T> b, DeviceTensor<T> y) => a.Subtract(b, y);

        protected override void Run<T>(DeviceTensor<T> a, T b, DeviceTensor<T> y) => a.Subtract(b, y);

        protected override bool HasLeftScalar => true;

        protected override void Run<T>(T a, DeviceTensor<T> b, DeviceTensor<T> y) => b.SubtractFrom(a, y);
    }

    private sealed class MultiplyCase : NumericBinaryCase
    {
        public override string Name => "multiply";

        // Products of the operands must fit into an sbyte.
        protected override (double, double) Range => (-11, 11);

        protected override double Reference(double a, double b) => a * b;

        protected override void Run<T>(DeviceTensor<T> a, DeviceTensor<T> b, DeviceTensor<T> y) => a.Multiply(b, y);

        protected override void Run<T>(DeviceTensor<T> a, T b, DeviceTensor<T> y) => a.Multiply(b, y);
    }

    private sealed class DivideCase : DivisionCase
    {
        public override string Name => "divide";

        protected override double Reference(double a, double b) => a / b;

        protected override void Run<T>(DeviceTensor<T> a, DeviceTensor<T> b, DeviceTensor<T> y) => a.Divide(b, y);

        protected override void Run<T>(DeviceTensor<T> a, T b, DeviceTensor<T> y) => a.Divide(b, y);

        protected override void Run<T>(T a, DeviceTensor<T> b, DeviceTensor<T> y) => b.DivideInto(a, y);

        // 2^63 is no long: the lowest one / -1 is itself.
        protected override double IntegerReference(double a, double b) => b == 0 ? 0 : a == long.MinValue && b == -1 ? a : Math.Truncate(a / b);
    }

    private sealed class RemainderCase : DivisionCase
    {
        public override string Name => "remainder";

        public override double Tolerance(ElementKind kind) => 0;

        protected override double Reference(double a, double b) => a % b;

        protected override void Run<T>(DeviceTensor<T> a, DeviceTensor<T> b, DeviceTensor<T> y) => a.Remainder(b, y);

        protected override void Run<T>(DeviceTensor<T> a, T b, DeviceTensor<T> y) => a.Remainder(b, y);

        protected override void Run<T>(T a, DeviceTensor<T> b, DeviceTensor<T> y) => b.RemainderOf(a, y);

        protected override double IntegerReference(double a, double b) => b == 0 ? a : a % b;
    }

    private abstract class DivisionCase : NumericBinaryCase
    {
        protected override bool HasLeftScalar => true;

        // The lowest number and -1, of which the quotient wraps around; a byte of the same bits as -1 is an ordinary divisor.
        protected override void Prepare<T>(CaseTensor<T> a, CaseTensor<T> b)
        {
            if (a.Data.Length > 0 && !ElementTypes.Floating.Contains(ElementType<T>.Kind))
            {
                var isByte = typeof(T) == typeof(byte);
                a.Set(^1, CaseElement.FromDouble<T>(isByte ? 7 : double.NegativeInfinity));
                b.Set(^1, CaseElement.FromDouble<T>(isByte ? 255 : -1));
            }
        }
    }

    private sealed class MinimumCase : NumericBinaryCase
    {
        public override string Name => "minimum";

        protected override double Reference(double a, double b) => Math.Min(a, b);

        protected override void Run<T>(DeviceTensor<T> a, DeviceTensor<T> b, DeviceTensor<T> y) => a.Minimum(b, y);

        protected override void Run<T>(DeviceTensor<T> a, T b, DeviceTensor<T> y) => a.Minimum(b, y);
    }

    private sealed class MaximumCase : NumericBinaryCase
    {
        public override string Name => "maximum";

        protected override double Reference(double a, double b) => Math.Max(a, b);

        protected override void Run<T>(DeviceTensor<T> a, DeviceTensor<T> b, DeviceTensor<T> y) => a.Maximum(b, y);

        protected override void Run<T>(DeviceTensor<T> a, T b, DeviceTensor<T> y) => a.Maximum(b, y);
    }

    private sealed class PowCase : FloatingCase
    {
        public override string Name => "pow";

        public override string Family => "elementwise";

        public override IReadOnlyList<CaseShape> Shapes => CaseShape.Elementwise;

        protected override CasePlan Plan<T>(CaseInputs inputs)
        {
            var a = inputs.Input<T>(inputs.Lengths, 0.1, 4, withSpecials: true);
            var b = inputs.Input<T>(Broadcast.Row(inputs.Lengths), -3, 3, withSpecials: true);
            var (power, squares, exponentials) = (inputs.Output<T>(inputs.Lengths), inputs.Output<T>(inputs.Lengths), inputs.Output<T>(inputs.Lengths));
            var (two, oneAndHalf) = (T.CreateTruncating(2), T.CreateTruncating(1.5));
            return new CasePlan(() => a.Tensor.Pow(b.Tensor, power), ((2.0 * a.Data.Length) + b.Data.Length) * ElementType<T>.Size, a.Data.Length)
                .Expect(power, () =>
                {
                    var right = Broadcast.Expand(b.Values, a.Values.Length);
                    return [.. a.Values.Select((value, i) => Math.Pow(value, right[i]))];
                })
                .Also(() => a.Tensor.Pow(two, squares))
                .Also(() => a.Tensor.PowOf(oneAndHalf, exponentials))
                .Expect(squares, () => [.. a.Values.Select(value => Math.Pow(value, 2))])
                .Expect(exponentials, () => [.. a.Values.Select(value => Math.Pow(1.5, value))]);
        }
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
            return new CasePlan(() => condition.Tensor.Where(a.Tensor, b.Tensor, y), (a.Data.Length * ((2.0 * ElementType<T>.Size) + 1)) + ((double)b.Data.Length * ElementType<T>.Size))
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

    /// <summary>Every second dimension from the last but one on, 1 in the others: the last one is broadcast.</summary>
    public static nint[] Column(nint[] lengths) => [.. lengths.Select((length, d) => (lengths.Length - d) % 2 == 0 ? length : 1)];

    /// <summary>The elements of a column, repeated over the lengths.</summary>
    public static double[] ExpandColumn(double[] column, nint[] lengths)
    {
        var all = new double[lengths.Aggregate((nint)1, (product, length) => product * length)];
        for (var i = 0; i < all.Length; i++)
        {
            var (rest, step, at) = ((nint)i, (nint)1, (nint)0);
            for (var d = lengths.Length - 1; d >= 0; rest /= lengths[d--])
            {
                if ((lengths.Length - d) % 2 == 0)
                {
                    at += rest % lengths[d] * step;
                    step *= lengths[d];
                }
            }

            all[i] = column[at];
        }

        return all;
    }

    /// <summary>The elements of a row, repeated to <paramref name="count"/>.</summary>
    public static double[] Expand(double[] row, int count) => [.. Enumerable.Range(0, count).Select(i => row[i % row.Length])];
}

/// <summary>y = f(a, b) over all numbers: with b of a's shape, broadcast, and scalar.</summary>
internal abstract class NumericBinaryCase : NumericCase
{
    public override string Family => "elementwise";

    public override IReadOnlyList<CaseShape> Shapes => CaseShape.Elementwise;

    /// <summary>The range of the operands; small enough that no integer type overflows, unless an operation says otherwise.</summary>
    protected virtual (double Low, double High) Range => (-50, 50);

    /// <summary>Whether the operation has a form with a scalar on the left.</summary>
    protected virtual bool HasLeftScalar => false;

    protected abstract double Reference(double a, double b);

    /// <summary>The result for integers where it is not the floating one; the low bits of it are what must come out.</summary>
    protected virtual double IntegerReference(double a, double b) => Reference(a, b);

    protected abstract void Run<T>(DeviceTensor<T> a, DeviceTensor<T> b, DeviceTensor<T> y) where T : unmanaged, INumber<T>;

    protected abstract void Run<T>(DeviceTensor<T> a, T b, DeviceTensor<T> y) where T : unmanaged, INumber<T>;

    protected virtual void Run<T>(T a, DeviceTensor<T> b, DeviceTensor<T> y) where T : unmanaged, INumber<T> =>
        throw new InvalidOperationException($"{Name} has no form with a scalar on the left");

    /// <summary>Puts operands in place that random ones do not meet.</summary>
    protected virtual void Prepare<T>(CaseTensor<T> a, CaseTensor<T> b) where T : unmanaged
    {
    }

    protected sealed override CasePlan Plan<T>(CaseInputs inputs)
    {
        var low = typeof(T) == typeof(byte) ? 0 : Range.Low;
        var a = inputs.Input<T>(inputs.Lengths, low, Range.High, withSpecials: true);
        var b = inputs.Input<T>(Broadcast.Row(inputs.Lengths), low, Range.High, withSpecials: true);
        Prepare(a, b);
        var scalar = T.CreateTruncating(3);
        var sum = inputs.Output<T>(inputs.Lengths);
        var shifted = inputs.Output<T>(inputs.Lengths);
        var plan = new CasePlan(() => Run(a.Tensor, b.Tensor, sum), ((2.0 * a.Data.Length) + b.Data.Length) * ElementType<T>.Size, a.Data.Length)
            .Expect(sum, () =>
            {
                var right = Broadcast.Expand(b.Values, a.Values.Length);
                return WideReference.Map(a.Values, (value, i) => Expected<T>(value, right[i]));
            })
            .Also(() => Run(a.Tensor, scalar, shifted))
            .Expect(shifted, () => [.. a.Values.Select(value => Expected<T>(value, 3))]);
        if (inputs.Lengths.Length > 1)
        {
            var column = inputs.Input<T>(Broadcast.Column(inputs.Lengths), low, Range.High, withSpecials: true);
            var columnSum = inputs.Output<T>(inputs.Lengths);
            plan.Also(() => Run(column.Tensor, a.Tensor, columnSum)).Expect(columnSum, () =>
            {
                var left = Broadcast.ExpandColumn(column.Values, inputs.Lengths);
                return [.. a.Values.Select((value, i) => Expected<T>(left[i], value))];
            });
        }

        if (HasLeftScalar)
        {
            var mirrored = inputs.Output<T>(inputs.Lengths);
            plan.Also(() => Run(scalar, a.Tensor, mirrored)).Expect(mirrored, () => [.. a.Values.Select(value => Expected<T>(3, value))]);
        }

        return plan;
    }

    private double Expected<T>(double a, double b) where T : unmanaged =>
        WrappedInteger.Of<T>(ElementTypes.Floating.Contains(ElementType<T>.Kind) ? Reference(a, b) : IntegerReference(a, b));
}
