using System.Runtime.InteropServices;

namespace CudaKernels.Catalog.Cases;

/// <summary>y = reduce(x) along every choice of axes that a kernel treats differently: all, rows, columns, a middle one, two apart.</summary>
/// <param name="run">Reduces into a destination.</param>
/// <param name="allocate">Reduces into a new tensor that keeps the reduced dimensions.</param>
/// <param name="reference">The result of one group of elements.</param>
internal sealed class ReductionRun<T, TResult>(
    Action<DeviceTensor<T>, int[], DeviceTensor<TResult>> run,
    Func<DeviceTensor<T>, int[], DeviceTensor<TResult>> allocate,
    Func<double[], double> reference) where T : unmanaged where TResult : unmanaged
{
    private const int LongElements = 20_000;
    private const int ManyElements = 1 << 20;

    /// <summary>The magnitude that rounding errors grow from; that of the result by default.</summary>
    public Func<double[], double>? Scale { get; init; }

    /// <summary>Whether the reduction has a value for no elements.</summary>
    public bool AllowsEmpty { get; init; } = true;

    /// <summary>Whether the reduction takes all dimensions or one.</summary>
    public bool OneAxis { get; init; }

    public CasePlan Plan(CaseInputs inputs, params ReadOnlySpan<CaseTensor<T>> tensors)
    {
        var rank = inputs.Lengths.Length;

        // A long shape is there for its length alone.
        var isLong = inputs.Shape.Count > LongElements;
        List<int[]> choices = (rank, isLong) switch { (1, true) => [[]], (1, false) => [[], [0]], _ => [[], [rank - 1], [0]] };
        if (rank >= 3)
        {
            choices.Add([1]);
            choices.AddRange(OneAxis ? [] : [[0, rank - 1]]);
        }

        if (inputs.Shape.Count > ManyElements)
        {
            choices = [[rank - 1]]; // for its rows
        }

        CasePlan? plan = null;
        foreach (var x in isLong ? tensors[..1] : tensors)
        {
            foreach (var axes in choices)
            {
                var groups = new ReductionGroups(inputs.Lengths, axes);
                if (AllowsEmpty || groups.Length != 0)
                {
                    plan = Add(plan, inputs, x, axes, groups, allocates: !isLong && x == tensors[0]);
                }
            }
        }

        return plan ?? new CasePlan(() => { }, 0);
    }

    private CasePlan Add(CasePlan? plan, CaseInputs inputs, CaseTensor<T> x, int[] axes, ReductionGroups groups, bool allocates)
    {
        var (result, kept) = (Poisoned(inputs, groups.ResultLengths), Poisoned(inputs, groups.KeptLengths));
        Action call = () => run(x.Tensor, axes, result);
        plan = plan?.Also(call) ?? new CasePlan(call, (double)x.Data.Length * ElementType<T>.Size, x.Data.Length);
        var elements = new Lazy<double[][]>(() => groups.Of(x.Values));
        var expected = new Lazy<double[]>(() => Array.ConvertAll(elements.Value, group => reference(group)));
        Func<double[]>? scale = Scale is null ? null : () => Array.ConvertAll(elements.Value, group => Scale(group));
        plan.Expect(result, () => expected.Value, floor: 1e-2, scale);
        return !allocates
            ? plan
            : plan.Also(() =>
            {
                using var fresh = allocate(x.Tensor, axes);
                fresh.CopyTo(kept);
            }).Expect(kept, () => expected.Value, floor: 1e-2, scale);
    }

    // Results are dense; every byte 0xFF where the type allows it, so that an element left unwritten shows.
    private static DeviceTensor<TResult> Poisoned(CaseInputs inputs, nint[] lengths)
    {
        var data = new TResult[lengths.Aggregate((nint)1, (product, length) => product * length)];
        if (typeof(TResult) != typeof(bool))
        {
            MemoryMarshal.AsBytes(data.AsSpan()).Fill(0xFF);
        }

        return inputs.Own(lengths.Length == 0 ? inputs.Device.CreateScalar(data[0]) : inputs.Device.CreateTensor<TResult>(data, lengths));
    }
}
