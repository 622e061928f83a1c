namespace CudaKernels.Mutation;

/// <summary>The mutants that change nothing that a kernel promises, each with the argument for it: the table <c>equivalent.tsv</c>.</summary>
internal static class Equivalents
{
    /// <summary>File, line before, line after, argument, of kernels.</summary>
    public static IReadOnlyList<(string File, string Before, string After, string Argument)> All { get; } = Read("equivalent.tsv");

    /// <summary>The same of the twins.</summary>
    public static IReadOnlyList<(string File, string Before, string After, string Argument)> OfTwins { get; } = Read("equivalent_twins.tsv");

    /// <summary>The argument for a mutant, or null.</summary>
    public static string? Argument(Mutant mutant) =>
        All.Concat(OfTwins).Where(known => known.File == mutant.File && known.Before == mutant.Before && known.After == mutant.After).Select(known => known.Argument).FirstOrDefault();

    /// <summary>Runs every one under both orders of threads and many seeds; gives those that fail after all, or that no rule makes any more.</summary>
    public static IEnumerable<string> Disprove(int seeds)
    {
        var mutants = MutationScore.Mutants("").Where(mutant => Argument(mutant) is not null).ToArray();
        foreach (var (file, before, after, _) in All.Where(known => mutants.All(mutant => (mutant.File, mutant.Before, mutant.After) != (known.File, known.Before, known.After))))
        {
            yield return $"no rule makes it: {file}: {before}  ->  {after}";
        }

        var failures = new string?[mutants.Length];
        Parallel.For(0, mutants.Length, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, i =>
        {
            // Every operation that may run the line, in both orders; those that stand for the rest under all seeds.
            var users = Trial.Users(mutants[i]);
            var runs = (from user in users from reversed in (bool[])[false, true] select (User: user, Seed: 0, Reversed: reversed))
                .Concat(from user in Trial.Typical(users) from seed in Enumerable.Range(1, seeds) select (User: user, Seed: seed, Reversed: false));
            failures[i] = runs.Select(run => Trial.Run(mutants[i], run.User, run.User.Types[0], run.Seed, run.Reversed).KilledBy).FirstOrDefault(killedBy => killedBy is not null);
        });
        for (var i = 0; i < mutants.Length; i++)
        {
            if (failures[i] is not null)
            {
                yield return $"{mutants[i]}: {failures[i]}";
            }
        }
    }

    private static (string File, string Before, string After, string Argument)[] Read(string name) =>
        [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, name)).Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split('\t')).Select(fields => (fields[0], fields[1], fields[2], fields[3]))];
}
