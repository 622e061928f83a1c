using CudaKernels.Interop;

namespace CudaKernels.Cli.Kernels;

/// <summary>Reports in the rules that <c>run</c> promises.</summary>
internal static class RunReport
{
    private const string Fault = "fault";

    private static readonly string[] s_rules =
    [
        "out-of-bounds", "misaligned", "use-after-free", "uninitialized", "race", "barrier", "deadlock", "hang", "sync-misuse", "async-wait", "undefined", "const-write", "not-device-memory", "limit", Fault,
    ];

    /// <summary>A report; one of another rule (a failed assertion) is a fault.</summary>
    public static EmulationReport Of(EmulationReport report) => s_rules.Contains(report.Rule) ? report : report with { Rule = Fault };

    /// <summary>The rule of a launch that failed without a report: refused by the device, or ended by a GPU.</summary>
    public static string RuleOf(Exception failure) =>
        failure is not CudaException exception ? "limit" : exception.Code switch
        {
            CUresult.CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES or CUresult.CUDA_ERROR_COOPERATIVE_LAUNCH_TOO_LARGE or CUresult.CUDA_ERROR_INVALID_CLUSTER_SIZE
                or CUresult.CUDA_ERROR_INVALID_VALUE or CUresult.CUDA_ERROR_NOT_SUPPORTED or CUresult.CUDA_ERROR_OUT_OF_MEMORY => "limit",
            CUresult.CUDA_ERROR_ILLEGAL_ADDRESS => "out-of-bounds",
            CUresult.CUDA_ERROR_MISALIGNED_ADDRESS => "misaligned",
            CUresult.CUDA_ERROR_LAUNCH_TIMEOUT => "hang",
            _ => Fault,
        };
}
