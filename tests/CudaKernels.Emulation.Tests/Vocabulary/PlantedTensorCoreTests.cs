using CudaKernels.Tests.Checks;

namespace CudaKernels.Tests.Vocabulary;

/// <summary>The checking mode finds each misuse of wgmma and of matrix descriptors, by rule and line, and nothing in their right use.</summary>
public sealed class PlantedTensorCoreTests
{
    private static readonly PlantedFile s_file = new(VocabularyModule.PathOf("planted_tensor_cores.cu"));

    public static IEnumerable<TheoryDataRow<string, int>> Rows() => s_file.Rows();

    [Theory]
    [MemberData(nameof(Rows))]
    public void IsFoundWhereItIs(string name, int seed) => s_file.Check(name, seed);
}
