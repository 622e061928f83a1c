using System.Globalization;
using System.Text.RegularExpressions;

namespace CudaKernels.Tests;

/// <summary>What ptxas says of machine code when it is asked with <see cref="Options"/>.</summary>
/// <param name="Functions">Kernels and the functions that were not inlined into them, in the order of the log.</param>
/// <param name="Remarks">Lines that tell of lost performance: wgmma serialized, setmaxnreg ignored, local memory used.</param>
internal sealed partial record PtxasLog(IReadOnlyList<PtxasFunction> Functions, IReadOnlyList<string> Remarks)
{
    /// <summary>The options of ptxas under which its log tells all of this.</summary>
    public static IReadOnlyList<string> Options { get; } = ["-v", "--warn-on-local-memory-usage"];

    /// <summary>Reads a log of NVRTC; lines of other kinds are passed over.</summary>
    public static PtxasLog Read(string log)
    {
        var (functions, remarks) = (new List<PtxasFunction>(), new List<string>());
        var (kernel, function) = ("", "");
        foreach (var line in log.Split('\n').Select(line => line.Trim()))
        {
            if (Entry().Match(line) is { Success: true } entry)
            {
                kernel = function = entry.Groups[1].Value;
                functions.Add(new PtxasFunction(kernel));
            }
            else if (Properties().Match(line) is { Success: true } properties)
            {
                function = properties.Groups[1].Value;
            }
            else if (Frame().Match(line) is { Success: true } frame)
            {
                Change(function, known => known with { StackBytes = Number(frame, 1), SpillStoreBytes = Number(frame, 2), SpillLoadBytes = Number(frame, 3) });
            }
            else if (Used().Match(line) is { Success: true } used)
            {
                // Of functions that are called it counts none: the kernel's are those of all that it calls.
                Change(kernel, known => known with { Registers = Number(used, 1) });
            }
            else if (Remark().IsMatch(line))
            {
                remarks.Add(line);
            }
        }

        return new PtxasLog(functions, remarks);

        void Change(string name, Func<PtxasFunction, PtxasFunction> change)
        {
            var index = functions.FindIndex(known => known.Name == name);
            if (index < 0)
            {
                functions.Add(change(new PtxasFunction(name)));
            }
            else
            {
                functions[index] = change(functions[index]);
            }
        }

        static int Number(Match match, int group) => int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"Compiling entry function '([^']+)'", RegexOptions.CultureInvariant)]
    private static partial Regex Entry();

    [GeneratedRegex(@"Function properties for (\S+)", RegexOptions.CultureInvariant)]
    private static partial Regex Properties();

    [GeneratedRegex(@"(\d+) bytes stack frame, (\d+) bytes spill stores, (\d+) bytes spill loads", RegexOptions.CultureInvariant)]
    private static partial Regex Frame();

    [GeneratedRegex(@"Used (\d+) registers", RegexOptions.CultureInvariant)]
    private static partial Regex Used();

    // The numbers differ by the reason and by the version: C7504 to C7508 of setmaxnreg, C7509 to C7519 of wgmma.
    [GeneratedRegex(@"\(C75\d\d\)|Potential Performance Loss|serialized|'?setmaxnreg'? ignored|Local memory used", RegexOptions.CultureInvariant)]
    private static partial Regex Remark();
}

/// <summary>What ptxas says of one function.</summary>
/// <param name="Name">The symbol.</param>
/// <param name="StackBytes">Local memory of a thread.</param>
/// <param name="SpillStoreBytes">Stores of registers to it.</param>
/// <param name="SpillLoadBytes">Loads of registers from it.</param>
/// <param name="Registers">Registers of a thread; null where it is not said.</param>
internal sealed record PtxasFunction(string Name, int StackBytes = 0, int SpillStoreBytes = 0, int SpillLoadBytes = 0, int? Registers = null)
{
    /// <summary>Whether all that a thread keeps is in registers.</summary>
    public bool IsInRegisters => StackBytes == 0 && SpillStoreBytes == 0 && SpillLoadBytes == 0;
}
