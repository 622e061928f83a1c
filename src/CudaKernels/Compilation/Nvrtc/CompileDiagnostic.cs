using System.Globalization;
using System.Text.RegularExpressions;

namespace CudaKernels;

/// <summary>One message of the compiler with its place.</summary>
/// <param name="File">The name of the source or header, as the compiler knows it.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Severity">The compiler's word: <c>error</c>, <c>warning</c>, <c>catastrophic error</c>, <c>note</c>.</param>
/// <param name="Message">The rest of the line.</param>
public sealed partial record CompileDiagnostic(string File, int Line, string Severity, string Message)
{
    /// <summary>Whether the message is an error.</summary>
    public bool IsError => Severity.Contains("error", StringComparison.Ordinal);

    /// <summary><c>saxpy.cu:12: error: …</c></summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{File}:{Line}: {Severity}: {Message}");

    /// <summary>The messages of a log, both in NVRTC's form, <c>file(12): error: …</c>, and in that of host compilers, <c>file:12:7: error: …</c>.</summary>
    internal static IReadOnlyList<CompileDiagnostic> Read(string log) =>
        [.. Lines().Matches(log).Select(match => new CompileDiagnostic(
            match.Groups["file"].Value,
            int.Parse(match.Groups["line"].ValueSpan, CultureInfo.InvariantCulture),
            match.Groups["severity"].Value,
            match.Groups["message"].Value.TrimEnd()))];

    /// <summary>The log with every <c>file(12):</c> written <c>file:12:</c>, which editors and terminals open at the line.</summary>
    internal static string WithFileAndLine(string log) =>
        Lines().Replace(log, match => match.Groups["paren"].Success
            ? $"{match.Groups["file"].Value}:{match.Groups["line"].Value}: {match.Groups["severity"].Value}{match.Groups["number"].Value}: {match.Groups["message"].Value}"
            : match.Value);

    [GeneratedRegex(@"^(?<file>[^\n(:]+)(?:(?<paren>\()(?<line>\d{1,9})\)|:(?<line>\d{1,9})(?::\d+)?): (?<severity>(?:catastrophic |fatal |internal )?error|warning|remark|note)(?<number> #[\w-]+)?: (?<message>[^\n]*)", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Lines();
}
