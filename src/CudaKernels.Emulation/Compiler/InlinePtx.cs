using System.Text.RegularExpressions;

namespace CudaKernels.Emulation;

/// <summary>Takes the one-line inline PTX that ordinary kernels use for the CUDA C++ it stands for: special registers, barriers and fences.</summary>
internal static partial class InlinePtx
{
    private static readonly Dictionary<string, string> s_registers = new(StringComparer.Ordinal)
    {
        ["laneid"] = "ckrt::lane()",
        ["warpid"] = "(ckrt::self()->linear / 32)",
        ["clock"] = "(unsigned)clock64()",
        ["clock64"] = "(unsigned long long)clock64()",
        ["globaltimer"] = "(unsigned long long)clock64()",
        ["lanemask_eq"] = "(1u << ckrt::lane())",
        ["lanemask_lt"] = "((1u << ckrt::lane()) - 1)",
        ["lanemask_le"] = "((2u << ckrt::lane()) - 1)",
        ["lanemask_gt"] = "~((2u << ckrt::lane()) - 1)",
        ["lanemask_ge"] = "~((1u << ckrt::lane()) - 1)",
    };

    private static readonly Dictionary<string, string> s_statements = new(StringComparer.Ordinal)
    {
        ["bar.sync 0"] = "__syncthreads()",
        ["barrier.sync 0"] = "__syncthreads()",
        ["membar.cta"] = "__threadfence_block()",
        ["membar.gl"] = "__threadfence()",
        ["membar.sys"] = "__threadfence_system()",
        ["trap"] = "__trap()",
    };

    public static string Rewrite(string text)
    {
        if (!text.Contains("asm", StringComparison.Ordinal))
        {
            return text;
        }

        text = Read().Replace(text, match => s_registers.TryGetValue(match.Groups["register"].Value, out var value) ? Lines(match, $"({match.Groups["target"].Value}) = {value}") : match.Value);
        return Statement().Replace(text, match => s_statements.TryGetValue(match.Groups["statement"].Value, out var call) ? Lines(match, call) : match.Value);
    }

    private static string Lines(Match match, string code) => code + new string('\n', match.Value.Count(c => c == '\n'));

    [GeneratedRegex(@"\b(?:asm|__asm__|__asm)\s*(?:volatile|__volatile__)?\s*\(\s*""mov\.[usb](?:32|64)\s+%0\s*,\s*%%(?<register>\w+)\s*;\s*""\s*:\s*""=[rl]""\s*\(\s*(?<target>[\w.\[\]>-]+)\s*\)\s*(?::\s*:?\s*(?:""memory""\s*)?)?\)")]
    private static partial Regex Read();

    [GeneratedRegex(@"\b(?:asm|__asm__|__asm)\s*(?:volatile|__volatile__)?\s*\(\s*""\s*(?<statement>[a-z][a-z. 0-9]*?)\s*;\s*""\s*(?::\s*:?\s*:?\s*(?:""memory""\s*)?)?\)")]
    private static partial Regex Statement();
}
