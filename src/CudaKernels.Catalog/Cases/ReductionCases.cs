using System.Numerics;

namespace CudaKernels.Catalog.Cases;

/// <summary>The reductions along any axes.</summary>
internal static class ReductionCases
{
    public static IReadOnlyList<OpCase> All { get; } = [new SumCase()];

    private sealed class SumCase : ReductionCase
    {
        public override string Name => "sum";

        protected override double Reference(double[] elements) => elements.Sum();

        protected override double Scale(double[] elements) => elements.Sum(Math.Abs);

        protected override void Run<T>(DeviceTensor<T> x, int[] axes, DeviceTensor<T> y) => x.Sum(axes, y);
    }
}

/// <summary>y = reduce(x) along every subset of axes that a kernel treats differently: all, rows, columns, a middle one, two apart.</summary>
internal abstract class ReductionCase : NumericCase
{
    public override string Family => "reductions";

    public override IReadOnlyList<CaseShape> Shapes =>
    [
        new(1),
        new(33),
        new(3, 0, 5),
        new(7, 129),
        new([5, 3, 37], CaseLayout.Strided),
        new([4, 65], CaseLayout.Unaligned),
        new(2, 40, 3, 35),
        new(1, 70_001),
        new(40_000, 3),
    ];

    public override double Tolerance(ElementKind kind) => kind == ElementKind.Float32 ? 1e-5 : base.Tolerance(kind);

    protected virtual (double Low, double High) Range => (0, 3);

    /// <summary>Whether the reduction has a value for no elements.</summary>
    protected virtual bool AllowsEmpty => true;

    protected abstract double Reference(double[] elements);

    protected virtual double Scale(double[] elements) => Math.Abs(Reference(elements));

    protected abstract void Run<T>(DeviceTensor<T> x, int[] axes, DeviceTensor<T> y) where T : unmanaged, INumber<T>;

    protected sealed override CasePlan Plan<T>(CaseInputs inputs)
    {
        var x = inputs.Input<T>(inputs.Lengths, Range.Low, Range.High);
        var rank = inputs.Lengths.Length;
        List<int[]> choices = [[], [rank - 1], [0]];
        if (rank >= 3)
        {
            choices.AddRange([[1], [0, rank - 1]]);
        }

        CasePlan? plan = null;
        foreach (var axes in choices)
        {
            var groups = new ReductionGroups(inputs.Lengths, axes);
            if (!AllowsEmpty && groups.Length == 0)
            {
                continue;
            }

            var y = inputs.Own(inputs.Device.CreateTensor<T>(groups.ResultLengths));
            Action call = () => Run(x.Tensor, axes, y);
            plan = plan is null ? new CasePlan(call, (double)x.Data.Length * ElementType<T>.Size, x.Data.Length) : plan.Also(call);
            plan.Expect(y, () => [.. groups.Of(x.Values).Select(group => Wrap<T>(Reference(group)))], floor: 1e-2, () => [.. groups.Of(x.Values).Select(Scale)]);
        }

        return plan ?? new CasePlan(() => { }, 0);
    }

    private static double Wrap<T>(double value) =>
        typeof(T) == typeof(sbyte) ? unchecked((sbyte)(long)value) : typeof(T) == typeof(byte) ? unchecked((byte)(long)value) : value;
}

/// <summary>Which elements of a row-major tensor fall into one output of a reduction.</summary>
internal sealed class ReductionGroups(nint[] lengths, int[] axes)
{
    private bool IsReduced(int dimension) => axes.Length == 0 || axes.Contains(dimension);

    public nint[] ResultLengths => [.. lengths.Where((_, i) => !IsReduced(i))];

    /// <summary>Elements per output.</summary>
    public nint Length => lengths.Where((_, i) => IsReduced(i)).Aggregate((nint)1, (product, length) => product * length);

    /// <summary>The elements of each output, in row-major order of the reduced dimensions.</summary>
    public double[][] Of(double[] values)
    {
        var groups = new List<double>[ResultLengths.Aggregate((nint)1, (product, length) => product * length)];
        for (var i = 0; i < groups.Length; i++)
        {
            groups[i] = [];
        }

        for (nint i = 0; i < values.Length; i++)
        {
            nint rest = i, output = 0, step = 1;
            for (var d = lengths.Length - 1; d >= 0; d--)
            {
                if (!IsReduced(d))
                {
                    output += rest % lengths[d] * step;
                    step *= lengths[d];
                }

                rest /= lengths[d];
            }

            groups[output].Add(values[i]);
        }

        return [.. groups.Select(group => group.ToArray())];
    }
}
