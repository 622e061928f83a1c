using System.Text.RegularExpressions;

namespace CudaKernels.Mutation;

/// <summary>What became of a mutant.</summary>
/// <param name="Mutant">The mutant.</param>
/// <param name="KilledBy">The check that failed on it, or null.</param>
/// <param name="Argument">Why it is equivalent, or null.</param>
internal sealed record Judgement(Mutant Mutant, string? KilledBy, string? Argument)
{
    public bool IsKilled => KilledBy is not null;

    public bool IsEquivalent => !IsKilled && Argument is not null;

    public bool Survived => !IsKilled && !IsEquivalent;

    public string Word => IsKilled ? "killed" : IsEquivalent ? "equivalent" : "SURVIVED";
}

/// <summary>Takes every protection away from every kernel and header, one at a time, and counts what the checking mode finds.</summary>
internal static class MutationScore
{
    /// <summary>The mutants for which <c>file:line:</c> has a match of the expression.</summary>
    public static IReadOnlyList<Mutant> Mutants(string pattern) =>
    [
        .. KernelSource.ResourcePaths.Where(path => (path.EndsWith(".cu", StringComparison.Ordinal) || path.EndsWith(".cuh", StringComparison.Ordinal)))
            .Order(StringComparer.Ordinal).SelectMany(path => ProtectionRules.Of(path, KernelSource.FromResource(path).Text)).Where(mutant => Regex.IsMatch($"{mutant.File}:{mutant.Line}:", pattern)),
    ];

    /// <summary>What fails already on unchanged kernels: every mutant of such a one would count as killed.</summary>
    public static IReadOnlyList<string> Unsound(IReadOnlyList<Mutant> mutants)
    {
        var operations = mutants.GroupBy(mutant => (mutant.File, mutant.Line)).SelectMany(line => Trial.Users(line.First()).Select(user => (User: user, Kind: Trial.Kinds(user, line.First())[0]))).Distinct().ToArray();
        var failures = new string?[operations.Length];
        Parallel.For(0, operations.Length, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, i => failures[i] = Trial.Run(null, operations[i].User, operations[i].Kind, 0).KilledBy);
        return [.. failures.OfType<string>()];
    }

    /// <summary>Judges mutants on all processors; those that are no C++ are left out.</summary>
    public static IReadOnlyList<Judgement> Judge(IReadOnlyList<Mutant> mutants, IReadOnlyList<int> seeds, Action<Judgement>? each = null)
    {
        return Judge(mutants, mutant =>
        {
            if (Trial.Users(mutant).Length == 0)
            {
                return null;
            }

            // One that stands in the table is run once: it may have become a mistake since.
            var argument = Equivalents.Argument(mutant);
            var outcome = Trial.Of(mutant, argument is null ? seeds : []);
            return outcome.Compiles ? new Judgement(mutant, outcome.KilledBy, argument) : null;
        }, each);
    }

    /// <summary>Judges mutants on all processors, in order, so that what is told comes file by file and no processor waits for another.</summary>
    /// <param name="mutants">The mutants.</param>
    /// <param name="judge">Gives the judgement, or null for what is no mutant.</param>
    /// <param name="each">Is told of each.</param>
    public static IReadOnlyList<Judgement> Judge(IReadOnlyList<Mutant> mutants, Func<Mutant, Judgement?> judge, Action<Judgement>? each)
    {
        var judgements = new Judgement?[mutants.Count];
        var next = -1;
        Parallel.For(0, Environment.ProcessorCount, _ =>
        {
            for (var i = Interlocked.Increment(ref next); i < mutants.Count; i = Interlocked.Increment(ref next))
            {
                judgements[i] = judge(mutants[i]);
                if (judgements[i] is { } judgement)
                {
                    each?.Invoke(judgement);
                }
            }
        });
        return [.. judgements.OfType<Judgement>()];
    }

    /// <summary>Prints a line per file and the score; gives whether it reaches the goal.</summary>
    public static bool Print(IReadOnlyList<Judgement> judgements, double goal)
    {
        Console.WriteLine($"{"file",-42} {"killed",8} {"survived",8} {"equivalent",10}");
        foreach (var file in judgements.GroupBy(judgement => judgement.Mutant.File))
        {
            Console.WriteLine($"{file.Key,-42} {file.Count(one => one.IsKilled),8} {file.Count(one => one.Survived),8} {file.Count(one => one.IsEquivalent),10}");
        }

        var (killed, survived) = (judgements.Count(one => one.IsKilled), judgements.Count(one => one.Survived));
        var score = 100.0 * killed / Math.Max(killed + survived, 1);
        Console.WriteLine($"{killed} killed, {survived} survived, {judgements.Count(one => one.IsEquivalent)} equivalent: {score:F1} %");
        return killed > 0 && score >= goal;
    }
}
