using System.Globalization;
using System.Text.RegularExpressions;

namespace CudaKernels;

/// <summary>What the compiler makes code for: machine code (cubin) of one architecture, <c>sm_90a</c>, or PTX, <c>compute_90</c>, that the driver translates.</summary>
/// <remarks>
/// A cubin is the default, because PTX newer than the driver is refused with CUDA_ERROR_UNSUPPORTED_PTX_VERSION, and a cubin
/// is not. The suffix <c>a</c> opens instructions that only that one architecture has; <c>f</c> those of its family.
/// </remarks>
public sealed partial record CompileTarget
{
    private CompileTarget(int number, string suffix, bool isCubin)
    {
        Number = number;
        Suffix = suffix;
        IsCubin = isCubin;
    }

    /// <summary>The architecture's number: ten times the major compute capability plus the minor, such as 90.</summary>
    public int Number { get; }

    /// <summary>Empty, <c>a</c> or <c>f</c>.</summary>
    public string Suffix { get; }

    /// <summary>True for a cubin (<c>sm_</c>), false for PTX (<c>compute_</c>).</summary>
    public bool IsCubin { get; }

    /// <summary>The compiler's spelling: <c>sm_90a</c>, <c>compute_75</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{(IsCubin ? "sm" : "compute")}_{Number}{Suffix}");

    /// <summary>Reads <c>sm_86</c>, <c>sm_90a</c>, <c>compute_75</c>.</summary>
    /// <exception cref="FormatException">The text has another form.</exception>
    public static CompileTarget Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var match = Form().Match(text);
        if (!match.Success)
            throw new FormatException($"an architecture is written sm_86, sm_90a (a cubin) or compute_75 (PTX); got '{text}'");
        return new CompileTarget(int.Parse(match.Groups[2].ValueSpan, CultureInfo.InvariantCulture), match.Groups[3].Value, match.Groups[1].Value == "sm");
    }

    /// <summary>Same as <see cref="Parse"/>, so that <c>Architecture = "sm_90a"</c> reads well.</summary>
    public static implicit operator CompileTarget(string text) => Parse(text);

    /// <summary>The target for a device, given the architectures that the compiler knows (nvrtcGetSupportedArchs).</summary>
    /// <remarks>
    /// <c>sm_90a</c> on compute capability 9.0 exactly; <c>sm_XX</c> where the compiler knows the device's architecture; else PTX
    /// of the highest known architecture below it, which the driver translates: a device newer than the compiler still runs.
    /// </remarks>
    /// <param name="major">Major compute capability.</param>
    /// <param name="minor">Minor compute capability.</param>
    /// <param name="supported">Architecture numbers, in any order.</param>
    /// <exception cref="CudaNotSupportedException">The device is older than everything the compiler knows.</exception>
    public static CompileTarget For(int major, int minor, IReadOnlyList<int> supported)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(major, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(minor);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minor, 9);
        ArgumentNullException.ThrowIfNull(supported);
        var number = 10 * major + minor;
        if (supported.Contains(number))
            return new CompileTarget(number, number == 90 ? "a" : "", true);
        var below = supported.Where(known => known < number).DefaultIfEmpty(0).Max();
        if (below == 0)
        {
            throw new CudaNotSupportedException(
                $"the device has compute capability {major}.{minor}, and this NVRTC compiles for {string.Join(", ", supported.Order().Select(known => $"sm_{known}"))} only: install an older NVRTC");
        }

        return new CompileTarget(below, "", false);
    }

    [GeneratedRegex(@"^(sm|compute)_([1-9]\d{1,2})([af]?)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
