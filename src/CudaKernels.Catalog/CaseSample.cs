namespace CudaKernels.Catalog;

/// <summary>How much of an output that is costly to compute is checked: whole rows, one from each of as many equal parts, and rows that still hold what the output was filled with.</summary>
/// <param name="Elements">About so many elements.</param>
/// <param name="Seed">Draws them.</param>
public sealed record CaseSample(int Elements, int Seed)
{
    /// <summary>The rows to check, in order: all of a small output.</summary>
    /// <param name="count">How many there are.</param>
    /// <param name="width">The elements of each.</param>
    public IReadOnlyList<int> Rows(int count, nint width)
    {
        var chosen = (int)Math.Clamp(Elements / Math.Max(width, 1), 1, Math.Max(count, 1));
        if (chosen >= count)
        {
            return [.. Enumerable.Range(0, count)];
        }

        var random = new Random(Seed);
        return [.. Enumerable.Range(0, chosen).Select(part => random.Next((int)((long)part * count / chosen), (int)((part + 1L) * count / chosen)))];
    }
}

/// <summary>What a check has found.</summary>
/// <param name="Error">The largest error.</param>
/// <param name="Checked">The elements that were compared with their reference.</param>
/// <param name="Elements">All elements.</param>
public readonly record struct CaseCheck(CaseError Error, long Checked, long Elements);
