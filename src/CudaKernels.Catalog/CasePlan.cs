namespace CudaKernels.Catalog;

/// <summary>One run of an operation: what to call, what must come out, and what it moves.</summary>
public sealed class CasePlan
{
    private readonly List<CaseExpectation> _ofRun = [];
    private readonly List<CaseExpectation> _ofOthers = [];

    private Action? _also;

    /// <param name="run">Calls the operation once; may be called again and again by a bench.</param>
    /// <param name="bytes">The fewest bytes that the operation must read and write.</param>
    /// <param name="flops">The floating-point operations of the textbook form.</param>
    public CasePlan(Action run, double bytes, double flops = 0) => (Run, Bytes, Flops) = (run, bytes, flops);

    /// <summary>Calls the operation once.</summary>
    public Action Run { get; }

    /// <summary>The fewest bytes that the operation must read and write.</summary>
    public double Bytes { get; }

    /// <summary>The floating-point operations of the textbook form.</summary>
    public double Flops { get; }

    /// <summary>Whether a call starts from what an earlier one has left, so that the references hold for the first call alone.</summary>
    public bool UpdatesInPlace { get; init; }

    /// <summary>Adds a call that a check makes and a bench does not: another form of the operation. What <see cref="Run"/> writes is expected before the first of these.</summary>
    public CasePlan Also(Action call)
    {
        _also += call;
        return this;
    }

    /// <summary>Calls every form of the operation once.</summary>
    public void RunAll()
    {
        Run();
        _also?.Invoke();
    }

    /// <summary>Adds an output and its float64 reference, which is computed only when it is checked.</summary>
    /// <param name="output">The tensor that the run writes.</param>
    /// <param name="reference">The expected elements in row-major order, before rounding to the element type.</param>
    /// <param name="floor">Errors are relative to |expected| + floor. 1 suits values around 1 that cross zero; smaller is stricter.</param>
    /// <param name="scale">The magnitude that the rounding errors of each element grow from (such as Σ|aᵢbᵢ| of a product); null takes |expected|.</param>
    public CasePlan Expect<T>(DeviceTensor<T> output, Func<double[]> reference, double floor = 1, Func<double[]>? scale = null) where T : unmanaged =>
        Add(new WholeExpectation<T>(output, reference, scale, floor));

    /// <summary>Adds an output whose elements each have a reference of their own, so that a few of a large one can be checked.</summary>
    /// <param name="output">The tensor that the run writes.</param>
    /// <param name="element">The expected element at a place in row-major order, and the magnitude that its rounding errors grow from. Called from several threads.</param>
    /// <param name="floor">Errors are relative to that magnitude + floor.</param>
    public CasePlan ExpectEach<T>(DeviceTensor<T> output, Func<nint, (double Value, double Scale)> element, double floor = 1) where T : unmanaged =>
        ExpectRows(output, 1, (place, values, scale) => (values[0], scale[0]) = element(place), floor);

    /// <summary>Adds an output whose rows each have a reference of their own, so that a few of a large one can be checked.</summary>
    /// <param name="output">The tensor that the run writes.</param>
    /// <param name="width">The consecutive elements of a row.</param>
    /// <param name="row">Gives the expected elements of a row. Called from several threads.</param>
    /// <param name="floor">Errors are relative to the magnitudes that it gives + floor.</param>
    public CasePlan ExpectRows<T>(DeviceTensor<T> output, nint width, CaseRow row, double floor = 1) where T : unmanaged => Add(new RowExpectation<T>(output, width, row, floor));

    /// <summary>Adds an output that must be that of another call to the last bit.</summary>
    /// <param name="output">The tensor that the run writes.</param>
    /// <param name="other">What the other call writes.</param>
    public CasePlan ExpectSameBits<T>(DeviceTensor<T> output, DeviceTensor<T> other) where T : unmanaged => Add(new BitsExpectation<T>(output, other));

    /// <summary>Fills what <see cref="Run"/> writes with bytes of 0xFF, which are NaN in the floating types and in masks neither true nor false, so that what it leaves unwritten shows.</summary>
    /// <exception cref="InvalidOperationException">A call starts from what is there.</exception>
    public void Poison()
    {
        if (UpdatesInPlace)
        {
            throw new InvalidOperationException("The operation starts from what its outputs hold");
        }

        _ofRun.ForEach(expectation => expectation.Poison());
    }

    /// <summary>Checks what all forms have written.</summary>
    /// <param name="kind">The element type.</param>
    /// <param name="tolerance">The largest error.</param>
    /// <param name="sample">How much of outputs that are costly to compute; null for all.</param>
    public CaseCheck Verify(ElementKind kind, double tolerance, CaseSample? sample = null) => Check([.. _ofRun, .. _ofOthers], kind, tolerance, sample);

    /// <summary>Checks what <see cref="Run"/> has written.</summary>
    /// <param name="kind">The element type.</param>
    /// <param name="tolerance">The largest error.</param>
    /// <param name="sample">How much of outputs that are costly to compute; null for all.</param>
    public CaseCheck VerifyRun(ElementKind kind, double tolerance, CaseSample? sample = null) => Check(_ofRun, kind, tolerance, sample);

    /// <summary>Whether <see cref="Run"/> has written the same bytes as that of another plan of the same operation and shape.</summary>
    public bool HasOutputsOf(CasePlan other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return _ofRun.Count == other._ofRun.Count && _ofRun.Zip(other._ofRun).All(pair => pair.First.Bytes().SequenceEqual(pair.Second.Bytes()));
    }

    private static CaseCheck Check(IReadOnlyList<CaseExpectation> expectations, ElementKind kind, double tolerance, CaseSample? sample)
    {
        var all = new CaseCheck(new CaseError(0, null), 0, 0);
        foreach (var expectation in expectations)
        {
            var one = expectation.Check(kind, tolerance, sample);
            all = new CaseCheck(one.Error.Error > all.Error.Error || one.Error.Failure is not null ? one.Error : all.Error, all.Checked + one.Checked, all.Elements + one.Elements);
            if (one.Error.Failure is not null)
            {
                break;
            }
        }

        return all;
    }

    private CasePlan Add(CaseExpectation expectation)
    {
        (_also is null ? _ofRun : _ofOthers).Add(expectation);
        return this;
    }
}

/// <summary>Writes the expected elements of a row, before rounding to the element type, and the magnitudes that their rounding errors grow from.</summary>
/// <param name="row">Which row of the output, from 0.</param>
/// <param name="values">Takes the elements.</param>
/// <param name="scale">Takes the magnitudes.</param>
public delegate void CaseRow(nint row, Span<double> values, Span<double> scale);
