using CudaKernels.Catalog;

namespace CudaKernels.Cli.Bench;

/// <summary>
/// The calls of one operation over several sets of inputs and outputs, which take turns: more memory than a cache holds, so that a call finds nothing of an
/// earlier one there. All sets hold the same numbers.
/// </summary>
internal sealed class CaseRotation : IDisposable
{
    private const int Seed = 1;
    private const long MostBytes = 4L << 30;

    // About half a second of float64 sums of 8192 products each; one element of each of as many parts of a product of 4096 rows is one in four rows.
    private static readonly CaseSample s_sample = new(Elements: 1024, Seed);

    private readonly List<CaseInputs> _inputs = [];
    private readonly List<CasePlan> _plans = [];
    private readonly Func<CaseInputs> _place;
    private readonly OpCase _operation;
    private readonly ElementKind _kind;
    private readonly string _variant;
    private int _next;

    /// <param name="device">Where the sets lie.</param>
    /// <param name="operation">The operation.</param>
    /// <param name="kind">The element type.</param>
    /// <param name="variant">The variant.</param>
    /// <param name="shape">The size.</param>
    /// <param name="sets">How many sets, by what a call moves.</param>
    public CaseRotation(ComputeDevice device, OpCase operation, ElementKind kind, string variant, CaseShape shape, Func<CasePlan, int> sets)
    {
        (_operation, _kind, _variant) = (operation, kind, variant);
        _place = () => new CaseInputs(device, shape, variant, Seed, specials: false);
        try
        {
            var before = LiveBytes(device);
            Add();
            // What a call touches may be a small part of what it is given, as of a cache of keys in pages.
            var most = MostBytes / Math.Max(LiveBytes(device) - before, 1);
            for (var count = Math.Min(sets(First), Math.Max(most, 1)); _plans.Count < count;)
            {
                Add();
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The first set.</summary>
    public CasePlan First => _plans[0];

    /// <summary>How many sets there are.</summary>
    public int Sets => _plans.Count;

    /// <summary>Calls the operation on the next set.</summary>
    public void Run()
    {
        _plans[_next].Run();
        _next = _next + 1 < _plans.Count ? _next + 1 : 0;
    }

    /// <summary>Spoils what the calls write, so that only later calls can have made it.</summary>
    public void Poison()
    {
        foreach (var plan in _plans.Where(plan => !plan.UpdatesInPlace))
        {
            plan.Poison();
        }
    }

    /// <summary>Compares what the calls have written with the float64 reference, the sets with each other.</summary>
    public BenchCheck Verify()
    {
        var tolerance = _operation.ToleranceOf(_kind, _variant);
        if (First.UpdatesInPlace)
        {
            // What many calls have made of it has no reference: the first call on new tensors has.
            using var inputs = _place();
            var fresh = _operation.Plan(_kind, inputs);
            fresh.RunAll();
            return new BenchCheck(fresh.Verify(_kind, tolerance, s_sample), tolerance, IsOfTimedCalls: false);
        }

        var first = First.VerifyRun(_kind, tolerance, s_sample);
        for (var set = 1; set < _plans.Count && first.Error.Failure is null; set++)
        {
            if (!_plans[set].HasOutputsOf(First))
            {
                first = _plans[set].VerifyRun(_kind, tolerance, s_sample);
            }
        }

        return new BenchCheck(first, tolerance, IsOfTimedCalls: true);
    }

    public void Dispose() => _inputs.ForEach(inputs => inputs.Dispose());

    private static long LiveBytes(ComputeDevice device) => device is CudaDevice cuda ? (long)cuda.GetMemoryFigures().LiveBytes : 0;

    private void Add()
    {
        _inputs.Add(_place());
        _plans.Add(_operation.Plan(_kind, _inputs[^1]));
    }
}
