using System.CommandLine;

namespace CudaKernels.Cli;

/// <summary>Options that several verbs share.</summary>
internal static class CommonOptions
{
    public static Option<bool> Json() => new("--json") { Description = "One JSON document on the output, nothing else." };

    public static Option<string> Device(string defaultValue) => new("--device")
    {
        Description = "cpu, emulated, or cuda:N.",
        DefaultValueFactory = _ => defaultValue,
    };

    public static Option<int> Seed() => new("--seed") { Description = "Seed of the random inputs; on the software device also of the order in which threads run, 0 being first in, first out.", DefaultValueFactory = _ => 0 };

    public static Argument<string?> Pattern() => new("PATTERN") { Description = "Part of an operation's name, a name with *, or =NAME for one alone; or several of these with commas between them.", Arity = ArgumentArity.ZeroOrOne };

    public static Option<string[]> Include() => new("--include") { Description = "A folder to search for includes; may stand several times.", DefaultValueFactory = _ => [] };

    public static Option<string[]> Define() => new("--define") { Description = "NAME or NAME=VALUE, a macro; may stand several times.", DefaultValueFactory = _ => [] };

    /// <summary>What <see cref="Include"/> and <see cref="Define"/> ask of the compiler.</summary>
    /// <exception cref="UsageException">A folder is not there, or a macro stands twice or is no macro.</exception>
    public static CompileOptions Compilation(string[] includes, string[] defines)
    {
        var macros = new Dictionary<string, string?>();
        foreach (var text in defines)
        {
            var parts = text.Split('=', 2);
            if (!macros.TryAdd(parts[0], parts.Length > 1 ? parts[1] : null))
            {
                throw new UsageException($"--define gives {parts[0]} twice");
            }
        }

        try
        {
            return new CompileOptions { Defines = macros, IncludePaths = [.. includes.Select(InputPath.Folder)] };
        }
        catch (ArgumentException exception)
        {
            throw new UsageException($"--define: {exception.Message.ReplaceLineEndings(" ")}");
        }
    }
}
