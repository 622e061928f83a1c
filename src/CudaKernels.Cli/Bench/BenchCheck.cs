using System.Text.Json.Nodes;
using CudaKernels.Catalog;
using CudaKernels.Cli.Output;

namespace CudaKernels.Cli.Bench;

/// <summary>Whether what was timed has computed the right thing.</summary>
/// <param name="Check">What the comparison with the float64 reference has found.</param>
/// <param name="Tolerance">The largest error that the operation may make.</param>
/// <param name="IsOfTimedCalls">Whether the timed calls have written what was compared; else the first call on new tensors has, of what updates its operands.</param>
internal sealed record BenchCheck(CaseCheck Check, double Tolerance, bool IsOfTimedCalls)
{
    /// <summary>What is wrong; null for nothing.</summary>
    public string? Failure => Check.Error.Failure;

    public JsonObject ToJson() => new()
    {
        ["of"] = IsOfTimedCalls ? "timed-calls" : "first-call",
        ["checked"] = Check.Checked,
        ["elements"] = Check.Elements,
        ["maxError"] = Report.Number(Check.Error.Error),
        ["tolerance"] = Report.Number(Tolerance),
    };
}
