using System.Globalization;

namespace CudaKernels.PtxLint;

/// <summary>An architecture and the oldest compiler that must make code for it.</summary>
/// <param name="Number">Ten times the compute capability.</param>
/// <param name="IsSpecific">With the suffix <c>a</c>: everything that this one architecture has.</param>
/// <param name="ToolkitMajor">The oldest NVRTC, major version.</param>
/// <param name="ToolkitMinor">The oldest NVRTC, minor version.</param>
/// <param name="Ptx">The PTX version that this NVRTC writes.</param>
public sealed record Target(int Number, bool IsSpecific, int ToolkitMajor, int ToolkitMinor, Version Ptx)
{
    /// <summary>The targets for which every statement that no guard keeps from them must be right. CUDA 12.4 is the oldest compiler that all wrappers are meant for; Blackwell came with 12.8.</summary>
    public static IReadOnlyList<Target> All { get; } =
    [
        new(75, false, 12, 4, new Version(8, 4)), new(80, false, 12, 4, new Version(8, 4)), new(86, false, 12, 4, new Version(8, 4)), new(89, false, 12, 4, new Version(8, 4)),
        new(90, false, 12, 4, new Version(8, 4)), new(90, true, 12, 4, new Version(8, 4)), new(90, true, 12, 8, new Version(8, 7)), new(90, true, 13, 0, new Version(9, 0)),
        new(100, true, 12, 8, new Version(8, 7)), new(120, true, 12, 8, new Version(8, 7)),
    ];

    /// <summary>Such as <c>sm_90a with CUDA 12.0</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"sm_{Number}{(IsSpecific ? "a" : "")} with CUDA {ToolkitMajor}.{ToolkitMinor}");

    internal IEnumerable<Macro> Macros
    {
        get
        {
            yield return Macro.Number("__CUDACC__", 1);
            yield return Macro.Number("__CUDACC_RTC__", 1);
            yield return Macro.Number("__CUDACC_VER_MAJOR__", ToolkitMajor);
            yield return Macro.Number("__CUDACC_VER_MINOR__", ToolkitMinor);
            yield return Macro.Number("__cplusplus", 202002);
            yield return Macro.Number("__CUDA_ARCH__", 10 * Number);
            if (IsSpecific)
            {
                yield return Macro.Number($"__CUDA_ARCH_FEAT_SM{Number}_ALL", 1);
                yield return Macro.Number("__CUDA_ARCH_SPECIFIC__", 10 * Number);
                yield return Macro.Number("__CUDA_ARCH_FAMILY_SPECIFIC__", 10 * Number);
            }
        }
    }

    /// <summary>Whether the target is one of those that a table row names: <c>80</c> and above, <c>90a</c> this one, <c>100f</c> this one's family.</summary>
    internal bool Has(string architectures) => architectures.Split(',').Any(architecture => architecture[^1] switch
    {
        'a' => IsSpecific && Number == Parse(architecture[..^1]),
        'f' => IsSpecific && Number >= Parse(architecture[..^1]) && Number / 10 == Parse(architecture[..^1]) / 10,
        _ => Number >= Parse(architecture),
    });

    private static int Parse(string number) => int.Parse(number, CultureInfo.InvariantCulture);
}
