namespace CudaKernels.Mutation;

/// <summary>Changes the twins of the vocabulary, one thing at a time, and counts what the vocabulary's own tests find.</summary>
internal static class TwinScore
{
    /// <summary>Judges mutants on all processors; those that are no C++ are left out. One that no test can run survives.</summary>
    public static IReadOnlyList<Judgement> Judge(IReadOnlyList<Mutant> mutants, Action<Judgement>? each = null) => MutationScore.Judge(
        mutants,
        mutant => Try(mutant) is { Compiles: true } outcome ? new Judgement(mutant, outcome.KilledBy, Equivalents.Argument(mutant)) : null,
        each);

    /// <summary>Runs the tests of a mutant, or of the unchanged twins over every kernel; the first failure ends it.</summary>
    public static Outcome Try(Mutant? mutant)
    {
        var users = mutant is null ? VocabularyTests.All.Select(test => (test.Class, test.File, test.Stage, Text: VocabularyTests.Text(test.File))) : TwinUsers.Of(mutant);
        var folder = Directory.CreateTempSubdirectory("cudakernels-twins-").FullName;
        try
        {
            var stages = users.GroupBy(user => user.Stage).ToArray();
            // Planted files that the mutant does not concern have no kernels, and so no rows.
            foreach (var (_, file, _) in VocabularyTests.All.Where(test => test.File.StartsWith("planted_", StringComparison.Ordinal)))
            {
                TwinText.Write(folder, file, "", mutant);
            }

            foreach (var stage in stages)
            {
                foreach (var (_, file, _, text) in stage)
                {
                    TwinText.Write(folder, file, text, mutant);
                }

                if (VocabularyTests.FirstFailure(stage.Select(user => user.Class), folder) is { } failure)
                {
                    return IsNoCode(failure) ? new Outcome(null, false) : new Outcome(Line(failure), true);
                }
            }

            return new Outcome(null, true);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // A static_assert that fires is a check of the twin; any other error is none.
    private static bool IsNoCode(string failure) => failure.Contains(": error:", StringComparison.Ordinal) && !failure.Contains("static assertion failed", StringComparison.Ordinal);

    private static string Line(string failure) => failure.Split('\n').Select(line => line.Trim()).FirstOrDefault(line => line.StartsWith("failed ", StringComparison.Ordinal)) ?? failure.Split('\n')[0];
}
