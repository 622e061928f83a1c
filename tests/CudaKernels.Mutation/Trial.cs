using CudaKernels.Catalog;

namespace CudaKernels.Mutation;

/// <summary>How a mutant was run, or the first way in which it failed.</summary>
/// <param name="KilledBy">The check that failed; null when all passed.</param>
/// <param name="Compiles">Whether it is C++ at all.</param>
internal readonly record struct Outcome(string? KilledBy, bool Compiles);

/// <summary>Runs the catalog's small ragged cases in the checking mode on a changed kernel, from the cheapest run to the whole.</summary>
internal static class Trial
{
    private const int SeveralUsers = 6;
    private const int MostUsers = 12;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    /// <summary>The operations that run the mutated text: those that call its function themselves first, among them the shortest files.</summary>
    public static OpCase[] Users(Mutant mutant) =>
    [
        .. OpCatalog.All.Where(operation => operation.KernelFiles.Any(file => MayRun(file, mutant)))
            .OrderBy(operation => !operation.KernelFiles.Any(file => CallSites.Calls(file, mutant.File, mutant.Line))).ThenBy(operation => KernelSource.FromResource(operation.KernelFile).Text.Length),
    ];

    private static bool MayRun(string kernelFile, Mutant mutant) => FlatSource.Reads(kernelFile, mutant.File) && CallSites.MayRun(kernelFile, mutant.File, mutant.Line);

    /// <summary>The element types for which an operation has a variant that runs the mutated text.</summary>
    public static ElementKind[] Kinds(OpCase operation, Mutant mutant) =>
        [.. operation.Types.Where(kind => operation.Variants.Any(variant => operation.Covers(kind, variant) && MayRun(operation.KernelFileOf(variant), mutant)))];

    /// <summary>The first and the last operations, where there are many.</summary>
    public static OpCase[] Typical(OpCase[] users) => users.Length <= MostUsers ? users : [.. users[..(MostUsers / 2)], .. users[^(MostUsers / 2)..]];

    /// <summary>Tries a mutant with operations that may run the line, with their other types, then under other schedules; the first failure ends it.</summary>
    /// <param name="mutant">The mutant.</param>
    /// <param name="seeds">The schedules (and inputs) beyond first in, first out; none for a mutant that is only looked at again.</param>
    public static Outcome Of(Mutant mutant, IReadOnlyList<int> seeds)
    {
        // Some operations stand for the rest, since many differ in one expression only. What is not tried can only leave a mutant alive.
        var users = Typical(Users(mutant));
        var several = users.Take(SeveralUsers).ToArray();
        var runs = several.Select(user => (User: user, Kind: Kinds(user, mutant)[0], Seed: 0))
            .Concat(from user in several from kind in Kinds(user, mutant).Skip(1) select (user, kind, 0))
            .Concat(from user in users.Skip(SeveralUsers) select (user, Kinds(user, mutant)[0], 0))
            .Concat(from seed in seeds from user in several select (user, Kinds(user, mutant)[0], seed));
        foreach (var (user, kind, seed) in runs)
        {
            var outcome = Run(mutant, user, kind, seed);
            if (outcome.KilledBy is not null || !outcome.Compiles)
            {
                // Under inputs that the unchanged kernel fails too, nothing is told of the mutant.
                if (seed == 0 || !outcome.Compiles || Run(null, user, kind, seed).KilledBy is null)
                {
                    return outcome;
                }
            }
        }

        return new Outcome(null, true);
    }

    /// <summary>Runs one operation and type of a kernel, which is changed unless the mutant is null.</summary>
    public static Outcome Run(Mutant? mutant, OpCase operation, ElementKind kind, int seed, bool reversed = false)
    {
        var options = new CudaDeviceOptions { KernelText = (path, text) => mutant is not null && operation.KernelFiles.Contains(path) && FlatSource.Reads(path, mutant.File) ? FlatSource.Of(path, mutant) : text };
        using var device = EmulatedDevice.Open(new EmulationOptions { Sanitize = true, Seed = seed, Reversed = reversed, KernelTimeLimit = s_patience }, options);
        try
        {
            foreach (var variant in operation.Variants.Where(variant => operation.Runs(device, variant) && operation.Covers(kind, variant) && (mutant is null || MayRun(operation.KernelFileOf(variant), mutant))))
            {
                foreach (var shape in operation.RaggedShapesOf(variant))
                {
                    var failure = CaseRunner.CheckShape(device, operation, kind, variant, shape, seed + 1).Failure;
                    if (failure is not null && failure.Contains("error:", StringComparison.Ordinal))
                    {
                        return new Outcome(null, false);
                    }

                    var report = device.Reports.FirstOrDefault(report => report.Rule != EmulationReport.NoteRule);
                    if ((report?.ToString() ?? failure) is { } killedBy)
                    {
                        return new Outcome($"{Name(operation, kind)} {variant} {shape}: {killedBy}", true);
                    }
                }
            }

            return new Outcome(null, true);
        }
        catch (CudaException exception)
        {
            return new Outcome($"{Name(operation, kind)}: {exception.Message}", true);
        }
    }

    private static string Name(OpCase operation, ElementKind kind) => $"{operation.Name} {ElementTypes.ShortName(kind)}";
}
