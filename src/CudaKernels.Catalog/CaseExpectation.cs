using System.Runtime.InteropServices;

namespace CudaKernels.Catalog;

/// <summary>An output and what it must hold.</summary>
internal abstract class CaseExpectation
{
    public abstract void Poison();

    /// <summary>What the output holds.</summary>
    public abstract ReadOnlySpan<byte> Bytes();

    /// <summary>Compares; of costly outputs a sample where one is given.</summary>
    public abstract CaseCheck Check(ElementKind kind, double tolerance, CaseSample? sample);
}

/// <inheritdoc/>
/// <param name="output">The tensor that the run writes.</param>
internal abstract class CaseExpectation<T>(DeviceTensor<T> output) : CaseExpectation where T : unmanaged
{
    protected DeviceTensor<T> Output => output;

    public override void Poison()
    {
        var poison = new T[output.FlattenedLength];
        MemoryMarshal.AsBytes(poison.AsSpan()).Fill(0xFF);
        output.CopyFrom(poison);
    }

    public override ReadOnlySpan<byte> Bytes() => MemoryMarshal.AsBytes<T>(output.ToArray());

    // Outputs of other types, such as places, are exact.
    protected static double Tolerance(ElementKind kind, double tolerance) => ElementType<T>.Kind == kind || ElementTypes.Floating.Contains(ElementType<T>.Kind) ? tolerance : 0;
}

/// <summary>All elements are computed at once.</summary>
internal sealed class WholeExpectation<T>(DeviceTensor<T> output, Func<double[]> reference, Func<double[]>? scale, double floor) : CaseExpectation<T>(output) where T : unmanaged
{
    public override CaseCheck Check(ElementKind kind, double tolerance, CaseSample? sample)
    {
        var got = Output.ToArray();
        var (expected, magnitudes) = (reference(), scale?.Invoke());
        return new CaseCheck(CaseError.MeasureAll(got, expected, magnitudes ?? [], floor, Tolerance(kind, tolerance)), got.Length, got.Length);
    }
}

/// <summary>Each row is computed alone.</summary>
internal sealed class RowExpectation<T>(DeviceTensor<T> output, nint width, CaseRow row, double floor) : CaseExpectation<T>(output) where T : unmanaged
{
    private const int MostPoisonedRows = 64;

    public override CaseCheck Check(ElementKind kind, double tolerance, CaseSample? sample)
    {
        var got = Output.ToArray();
        if (got.Length == 0)
        {
            return new CaseCheck(new CaseError(0, null), 0, 0);
        }

        var all = (int)(got.Length / width);
        var rows = sample?.Rows(all, width) ?? [.. Enumerable.Range(0, all)];
        rows = rows.Count == all ? rows : [.. rows.Union(Poisoned(got))];

        // The first alone: what all rows share, such as inputs as float64, is computed there.
        var errors = new CaseError[rows.Count];
        Measure(0);
        if (sample is null)
        {
            for (var i = 1; i < rows.Count && errors[i - 1].Failure is null; i++)
            {
                Measure(i);
            }
        }
        else
        {
            Parallel.For(1, rows.Count, Measure);
        }

        var worst = errors[0];
        foreach (var error in errors)
        {
            worst = worst.Failure is null && (error.Failure is not null || error.Error > worst.Error) ? error : worst;
        }

        return new CaseCheck(worst, rows.Count * (long)width, got.Length);

        void Measure(int i)
        {
            double[] values = new double[width], scale = new double[width];
            row(rows[i], values, scale);
            var first = rows[i] * (long)width;
            errors[i] = CaseError.Measure<T>(got.AsSpan((int)first, (int)width), values, scale, floor, Tolerance(kind, tolerance), first);
        }
    }

    private IEnumerable<int> Poisoned(T[] got)
    {
        var size = ElementType<T>.Size;
        var bytes = MemoryMarshal.AsBytes<T>(got);
        var rows = new SortedSet<int>();
        for (var i = 0; i < got.Length && rows.Count < MostPoisonedRows; i++)
        {
            if (double.IsNaN(CaseElement.ToDouble(got[i])) || !bytes.Slice(i * size, size).ContainsAnyExcept((byte)0xFF))
            {
                rows.Add((int)(i / width));
            }
        }

        return rows;
    }
}

/// <summary>Another call has made the same, to the last bit.</summary>
internal sealed class BitsExpectation<T>(DeviceTensor<T> output, DeviceTensor<T> other) : CaseExpectation<T>(output) where T : unmanaged
{
    public override CaseCheck Check(ElementKind kind, double tolerance, CaseSample? sample)
    {
        var (got, expected) = (Output.ToArray(), other.ToArray());
        ReadOnlySpan<byte> gotBytes = MemoryMarshal.AsBytes<T>(got), expectedBytes = MemoryMarshal.AsBytes<T>(expected);
        var place = gotBytes.CommonPrefixLength(expectedBytes) / ElementType<T>.Size;
        var failure = gotBytes.SequenceEqual(expectedBytes) ? null : $"element {place} is {got[place]}, the other form made {expected[place]}";
        return new CaseCheck(new CaseError(failure is null ? 0 : double.PositiveInfinity, failure), got.Length, got.Length);
    }
}
