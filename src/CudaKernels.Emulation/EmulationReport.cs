namespace CudaKernels;

/// <summary>A mistake that the software device saw: in a kernel, or in the use of the driver's functions.</summary>
/// <param name="Rule">What was broken: a kernel's rule such as <c>out-of-bounds</c> or <c>fault</c>, <c>misuse</c> for a driver call, <c>leak</c> for what was left at the end, <c>internal</c> for a failure of the software device itself.</param>
/// <param name="Message">What happened, as a sentence.</param>
public sealed record EmulationReport(string Rule, string Message)
{
    /// <summary>The rule of what is no mistake but worth a look, such as several threads that write the same value to one place.</summary>
    public const string NoteRule = "note";

    /// <summary>The driver function that was misused; null for a kernel's report.</summary>
    public string? Function { get; init; }

    /// <summary>The kernel, or null.</summary>
    public string? Kernel { get; init; }

    /// <summary>The source file, or null when not known.</summary>
    public string? File { get; init; }

    /// <summary>The line in <see cref="File"/>; 0 when not known.</summary>
    public int Line { get; init; }

    /// <summary>The index of the thread in its block, or null.</summary>
    public (uint X, uint Y, uint Z)? Thread { get; init; }

    /// <summary>The index of the block in the grid, or null.</summary>
    public (uint X, uint Y, uint Z)? Block { get; init; }

    /// <summary>The line of the other access of a race; 0 when there is none.</summary>
    public int OtherLine { get; init; }

    /// <summary>The thread of the other access of a race, or null.</summary>
    public (uint X, uint Y, uint Z)? OtherThread { get; init; }

    /// <summary>The block of the other access of a race, or null.</summary>
    public (uint X, uint Y, uint Z)? OtherBlock { get; init; }

    /// <summary>The memory concerned, or null.</summary>
    public string? Buffer { get; init; }

    /// <summary>How often the same was seen.</summary>
    public int Count { get; init; } = 1;

    /// <summary>The rule, the message and the place.</summary>
    public override string ToString()
    {
        var place = File is null ? "" : Line == 0 ? $" ({File})" : $" ({File}:{Line})";
        var kernel = Kernel is null ? "" : $" in {Kernel}";
        var who = Thread is { } thread && Block is { } block ? $", thread {thread} of block {block}" : "";
        var other = OtherThread is { } otherThread && OtherBlock is { } otherBlock ? $", against line {OtherLine}, thread {otherThread} of block {otherBlock}" : "";
        return $"{Rule}: {Message}{kernel}{place}{who}{other}{(Buffer is null ? "" : $"; {Buffer}")}{(Count == 1 ? "" : $"; {Count} times")}";
    }
}
