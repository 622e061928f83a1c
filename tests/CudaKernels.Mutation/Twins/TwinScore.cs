namespace CudaKernels.Mutation;

/// <summary>Changes the twins of the vocabulary, one thing at a time, and counts what the vocabulary's own tests find.</summary>
internal static class TwinScore
{
    /// <summary>Judges mutants on all processors; those that are no C++, and those that no test can run, are left out.</summary>
    public static IReadOnlyList<Judgement> Judge(IReadOnlyList<Mutant> mutants, Action<Judgement>? each = null)
    {
        var judgements = new Judgement?[mutants.Count];
        var next = -1;
        // Mutants are taken in order, so that what is printed comes file by file.
        Parallel.For(0, Environment.ProcessorCount, _ =>
        {
            for (var i = Interlocked.Increment(ref next); i < mutants.Count; i = Interlocked.Increment(ref next))
            {
                var outcome = Try(mutants[i]);
                if (outcome.Compiles)
                {
                    judgements[i] = new Judgement(mutants[i], outcome.KilledBy, Equivalents.Argument(mutants[i]));
                    each?.Invoke(judgements[i]!);
                }
            }
        });
        return [.. judgements.OfType<Judgement>()];
    }

    /// <summary>Runs the tests of a mutant, or of the unchanged twins over every kernel; the first failure ends it.</summary>
    public static Outcome Try(Mutant? mutant)
    {
        var users = mutant is null ? VocabularyTests.All.Select(test => (test.Class, test.File, Text: VocabularyTests.Text(test.File))) : TwinUsers.Of(mutant);
        var folder = Directory.CreateTempSubdirectory("cudakernels-twins-").FullName;
        try
        {
            var tests = users.GroupBy(user => user.Class).ToArray();
            foreach (var test in tests)
            {
                // The class's other kernels as they are: it runs all of them.
                foreach (var (_, file) in VocabularyTests.All.Where(other => other.Class == test.Key))
                {
                    var used = test.FirstOrDefault(user => user.File == file);
                    TwinText.Write(folder, file, used.Text ?? Others(file), mutant);
                }

                if (VocabularyTests.FirstFailure(test.Key, folder) is { } failure)
                {
                    return IsNoCode(failure) ? new Outcome(null, false) : new Outcome($"{test.Key}: {Line(failure)}", true);
                }
            }

            return new Outcome(null, tests.Length > 0);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // A planted file that the mutant does not concern has no kernels: its rows are not run.
    private static string Others(string file) => file.StartsWith("planted_", StringComparison.Ordinal) ? "" : VocabularyTests.Text(file);

    // A static_assert that fires is a check of the twin; any other error is none.
    private static bool IsNoCode(string failure) => failure.Contains(": error:", StringComparison.Ordinal) && !failure.Contains("static assertion failed", StringComparison.Ordinal);

    private static string Line(string failure) => failure.Split('\n').Select(line => line.Trim()).FirstOrDefault(line => line.StartsWith("failed ", StringComparison.Ordinal)) ?? failure.Split('\n')[0];
}
