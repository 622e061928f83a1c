using CudaKernels.Tests.Checks;

namespace CudaKernels.Tests.Vocabulary;

/// <summary>The checking mode finds each misuse of the synchronous PTX wrappers, by rule and line, and nothing in their right use.</summary>
public sealed class PlantedSynchronousTests
{
    private static readonly PlantedFile s_file = new(VocabularyModule.PathOf("planted_synchronous.cu"));

    public static IEnumerable<TheoryDataRow<string, int>> Rows() => s_file.Rows();

    [Theory]
    [MemberData(nameof(Rows))]
    public void IsFoundWhereItIs(string name, int seed) => s_file.Check(name, seed);
}
