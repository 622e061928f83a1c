using System.Numerics;

namespace CudaKernels.Catalog.Cases;

/// <summary>The operations on the bits of integers.</summary>
internal static class IntegerCases
{
    public static IReadOnlyList<OpCase> All { get; } =
    [
        new BitwiseAndCase(),
        new BitwiseOrCase(),
        new BitwiseXorCase(),
        new BitwiseNotCase(),
        new ShiftLeftCase(),
        new ShiftRightCase(),
    ];

    private sealed class BitwiseAndCase : IntegerBinaryCase
    {
        public override string Name => "bitwise-and";

        protected override long Reference(long a, long b, int bits) => a & b;

        protected override void Run<T>(DeviceTensor<T> a, DeviceTensor<T> b, DeviceTensor<T> y) => a.BitwiseAnd(b, y);

        protected override void Run<T>(DeviceTensor<T> a, T b, DeviceTensor<T> y) => a.BitwiseAnd(b, y);
    }

    private sealed class BitwiseOrCase : IntegerBinaryCase
    {
        public override string Name => "bitwise-or";

        protected override long Reference(long a, long b, int bits) => a | b;

        protected override void Run<T>(DeviceTensor<T> a, DeviceTensor<T> b, DeviceTensor<T> y) => a.BitwiseOr(b, y);

        protected override void Run<T>(DeviceTensor<T> a, T b, DeviceTensor<T> y) => a.BitwiseOr(b, y);
    }

    private sealed class BitwiseXorCase : IntegerBinaryCase
    {
        public override string Name => "bitwise-xor";

        protected override long Reference(long a, long b, int bits) => a ^ b;

        protected override void Run<T>(DeviceTensor<T> a, DeviceTensor<T> b, DeviceTensor<T> y) => a.BitwiseXor(b, y);

        protected override void Run<T>(DeviceTensor<T> a, T b, DeviceTensor<T> y) => a.BitwiseXor(b, y);
    }

    private sealed class BitwiseNotCase : IntegerCase
    {
        public override string Name => "bitwise-not";

        public override string Family => "elementwise";

        public override IReadOnlyList<CaseShape> Shapes => CaseShape.Elementwise;

        protected override CasePlan Plan<T>(CaseInputs inputs)
        {
            var x = IntegerBinaryCase.Numbers<T>(inputs, inputs.Lengths);
            var y = inputs.Output<T>(inputs.Lengths);
            return new CasePlan(() => x.Tensor.BitwiseNot(y), 2.0 * x.Data.Length * ElementType<T>.Size)
                .Expect(y, () => Array.ConvertAll(x.Values, value => WrappedInteger.Of<T>(~(long)value)));
        }
    }

    private sealed class ShiftLeftCase : ShiftCase
    {
        public override string Name => "shift-left";

        protected override long Reference(long a, long b, int bits) => b >= 0 && b < bits ? a << (int)b : 0;

        protected override void Run<T>(DeviceTensor<T> a, DeviceTensor<T> b, DeviceTensor<T> y) => a.ShiftLeft(b, y);

        protected override void Run<T>(DeviceTensor<T> a, T b, DeviceTensor<T> y) => a.ShiftLeft(int.CreateTruncating(b), y);
    }

    private sealed class ShiftRightCase : ShiftCase
    {
        public override string Name => "shift-right";

        protected override long Reference(long a, long b, int bits) => b >= 0 && b < bits ? a >> (int)b : a < 0 ? -1 : 0;

        protected override void Run<T>(DeviceTensor<T> a, DeviceTensor<T> b, DeviceTensor<T> y) => a.ShiftRight(b, y);

        protected override void Run<T>(DeviceTensor<T> a, T b, DeviceTensor<T> y) => a.ShiftRight(int.CreateTruncating(b), y);
    }

    /// <summary>Counts lie around all that move some bits, on both sides.</summary>
    private abstract class ShiftCase : IntegerBinaryCase
    {
        protected override CaseTensor<T> Right<T>(CaseInputs inputs, nint[] lengths) => inputs.Input<T>(lengths, -3, (8 * ElementType<T>.Size) + 3);
    }
}

/// <summary>y = f(a, b) over the integers: with b broadcast, and scalar.</summary>
internal abstract class IntegerBinaryCase : IntegerCase
{
    public override string Family => "elementwise";

    public override IReadOnlyList<CaseShape> Shapes => CaseShape.Elementwise;

    /// <summary>Numbers of the whole range of a type; of long as many as float64 holds with all their digits.</summary>
    public static CaseTensor<T> Numbers<T>(CaseInputs inputs, nint[] lengths) where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        var limit = Math.Min(double.CreateTruncating(T.MaxValue), Math.ScaleB(1, 50));
        return inputs.Input<T>(lengths, T.IsZero(T.MinValue) ? 0 : -limit - 1, limit);
    }

    /// <summary>The result for operands of so many bits; its low bits are what must come out.</summary>
    protected abstract long Reference(long a, long b, int bits);

    protected virtual CaseTensor<T> Right<T>(CaseInputs inputs, nint[] lengths) where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T> => Numbers<T>(inputs, lengths);

    protected abstract void Run<T>(DeviceTensor<T> a, DeviceTensor<T> b, DeviceTensor<T> y) where T : unmanaged, IBinaryInteger<T>;

    protected abstract void Run<T>(DeviceTensor<T> a, T b, DeviceTensor<T> y) where T : unmanaged, IBinaryInteger<T>;

    protected sealed override CasePlan Plan<T>(CaseInputs inputs)
    {
        var a = Numbers<T>(inputs, inputs.Lengths);
        var b = Right<T>(inputs, Broadcast.Row(inputs.Lengths));
        var same = Right<T>(inputs, inputs.Lengths);
        var (rows, all) = (inputs.Output<T>(inputs.Lengths), inputs.Output<T>(inputs.Lengths));
        var plan = new CasePlan(() => Run(a.Tensor, same.Tensor, all), 3.0 * a.Data.Length * ElementType<T>.Size)
            .Expect(all, () => WideReference.Map(a.Values, (value, i) => Expected(value, same.Values[i])))
            .Also(() => Run(a.Tensor, b.Tensor, rows))
            .Expect(rows, () => WideReference.Map(a.Values, (value, i) => Expected(value, b.Values[i % b.Values.Length])));
        foreach (var scalar in (T[])[T.CreateTruncating(5), T.AllBitsSet])
        {
            var y = inputs.Output<T>(inputs.Lengths);
            plan.Also(() => Run(a.Tensor, scalar, y)).Expect(y, () => Array.ConvertAll(a.Values, value => Expected(value, double.CreateTruncating(scalar))));
        }

        return plan;

        double Expected(double left, double right) => WrappedInteger.Of<T>(Reference((long)left, (long)right, 8 * ElementType<T>.Size));
    }
}
