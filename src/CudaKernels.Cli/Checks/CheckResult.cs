using CudaKernels.Catalog;

namespace CudaKernels.Cli.Checks;

/// <summary>A row of <c>check</c>.</summary>
/// <param name="Case">How the results compare with the reference.</param>
/// <param name="Accesses">The accesses to memory that the checking mode looked at; null without it.</param>
/// <param name="Reports">The mistakes that it saw.</param>
/// <param name="Again">The command that repeats a failing run exactly; null where there is none.</param>
internal sealed record CheckResult(CaseResult Case, long? Accesses, IReadOnlyList<EmulationReport> Reports, string? Again)
{
    public bool Passed => Case.Passed && Reports.Count == 0;

    /// <summary>Why it failed, or null.</summary>
    public string? Failure => Reports.Count > 0 ? Reports[0].ToString() : Case.Failure;
}
