using CudaKernels.Tests.Checks;

namespace CudaKernels.Tests.Vocabulary;

/// <summary>The checking mode finds each misuse of asynchronous copies, mbarriers, barriers and clusters, by rule and line, and nothing in right use.</summary>
public sealed class PlantedAsynchronousTests
{
    private static readonly Dictionary<string, PlantedFile> s_files = ((string[])["planted_mbarrier.cu", "planted_cp_async.cu", "planted_bulk.cu", "planted_named_barrier.cu", "planted_cluster.cu", "planted_orders.cu"]).ToDictionary(name => name, name => new PlantedFile(VocabularyModule.PathOf(name)));

    public static IEnumerable<TheoryDataRow<string, string, int>> Rows() =>
        from file in s_files from row in file.Value.Rows() select new TheoryDataRow<string, string, int>(file.Key, row.Data.Item1, row.Data.Item2);

    [Theory]
    [MemberData(nameof(Rows))]
    public void IsFoundWhereItIs(string file, string name, int seed) => s_files[file].Check(name, seed);
}
