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

    /// <summary>Runs every one whose file:line: matches under both orders of threads and many seeds; gives those that fail after all, or that no rule makes any more.</summary>
    public static IEnumerable<string> Disprove(int seeds, string pattern, Action<Judgement>? each = null)
    {
        var mutants = MutationScore.Mutants(pattern).Where(mutant => Argument(mutant) is not null).ToArray();
        foreach (var (file, before, after, _) in All.Where(known => pattern.Length == 0 && mutants.All(mutant => (mutant.File, mutant.Before, mutant.After) != (known.File, known.Before, known.After))))
        {
            yield return $"no rule makes it: {file}: {before}  ->  {after}";
        }

        foreach (var judgement in MutationScore.Judge(mutants, mutant => new Judgement(mutant, FirstFailure(mutant, seeds), Argument(mutant)), each).Where(judgement => judgement.IsKilled))
        {
            yield return $"{judgement.Mutant}: {judgement.KilledBy}";
        }
    }

    // In both orders, then under all seeds.
    private static string? FirstFailure(Mutant mutant, int seeds)
    {
        var users = Trial.Typical(Trial.Users(mutant));
        var runs = (from user in users from reversed in (bool[])[false, true] select (User: user, Seed: 0, Reversed: reversed))
            .Concat(from seed in Enumerable.Range(1, seeds) from user in users select (User: user, Seed: seed, Reversed: false));
        return runs.Select(run => Trial.Run(mutant, run.User, Trial.Kinds(run.User, mutant)[0], run.Seed, run.Reversed).KilledBy is { } failure
            && Trial.Run(null, run.User, Trial.Kinds(run.User, mutant)[0], run.Seed, run.Reversed).KilledBy is null ? failure : null)
            .FirstOrDefault(failure => failure is not null);
    }

    private static (string File, string Before, string After, string Argument)[] Read(string name) =>
        [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, name)).Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split('\t')).Select(fields => (fields[0], fields[1], fields[2], fields[3]))];
}
