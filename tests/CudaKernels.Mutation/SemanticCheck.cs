namespace CudaKernels.Mutation;

/// <summary>One semantic mutant of every kernel against the ordinary check.</summary>
internal static class SemanticCheck
{
    /// <summary>Judges the kernels that match; gives whether each mutant was killed.</summary>
    public static bool Run(string pattern)
    {
        var files = KernelSource.ResourcePaths.Where(path => path.EndsWith(".cu", StringComparison.Ordinal) && path.Contains(pattern, StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToArray();
        var verdicts = new KernelVerdict[files.Length];
        Parallel.For(0, files.Length, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, i => verdicts[i] = KernelVerdict.Judge(files[i]));
        foreach (var verdict in verdicts)
        {
            Console.WriteLine(verdict.Fault is not null
                ? $"BROKEN   {verdict.File}: unchanged, it fails: {verdict.Fault}"
                : $"{(verdict.IsKilled ? "killed  " : "SURVIVED")} {verdict.Mutant?.ToString() ?? $"{verdict.File}: no mutant"}{(verdict.KilledBy is { } by ? $"  by {by}" : "")}");
        }

        var killed = verdicts.Count(verdict => verdict.IsKilled);
        Console.WriteLine($"{killed} killed, {verdicts.Length - killed} survived");
        return killed == verdicts.Length && killed > 0;
    }
}
