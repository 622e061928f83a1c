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
}
