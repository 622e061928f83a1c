using System.Text.Json.Nodes;
using CudaKernels.Catalog;

namespace CudaKernels.Tests;

/// <summary>The verbs over the catalog: list, check and bench.</summary>
public sealed class CatalogVerbTests
{
    [Fact]
    public void ListNamesEveryOperation()
    {
        var run = ToolRun.Of("list", "--json");
        Assert.Equal(0, run.ExitCode);
        var operations = run.Document()["operations"]!.AsArray();
        Assert.Equal(OpCatalog.All.Select(operation => operation.Name), operations.Select(operation => (string)operation!["name"]!));
        var product = operations.Single(operation => (string)operation!["name"]! == "matmul")!;
        Assert.Equal("linear_algebra", (string)product["family"]!);
        Assert.Equal("linear_algebra/matmul.cu", (string)product["kernel"]!);
        Assert.Contains("bf16", product["types"]!.AsArray().Select(type => (string)type!));
        Assert.Equal(["simt", "cublas", "tensor-core", "wgmma", "tf32", "tf32x3", "split-k", "wgmma-split-k", "wgmma-tf32", "wgmma-tf32-split-k", "wgmma-tf32x3", "wgmma-tf32x3-split-k", "wgmma-cluster", "wgmma-cluster-tf32", "wgmma-cluster-tf32x3", "wgmma-narrow", "wgmma-narrow-tf32", "wgmma-narrow-tf32x3", "wgmma-pingpong", "wgmma-pingpong-tf32", "wgmma-pingpong-tf32x3"], product["variants"]!.AsArray().Select(variant => (string)variant!));
    }

    [Fact]
    public void CheckCountsItsRows()
    {
        var run = ToolRun.Of("check", "matmul", "--device", "cpu", "--cases", "3", "--seed", "5", "--json");
        Assert.Equal(0, run.ExitCode);
        var document = run.Document();
        var rows = document["operations"]!.AsArray();
        Assert.Equal("cpu", (string)document["device"]!);
        Assert.Equal(rows.Count, (int)document["passed"]!);
        Assert.Equal(0, (int)document["failed"]!);

        // Four types by cuBLAS, two on tensor cores in five ways, float in two precisions in five ways, and seven whose k is cut run on a GPU only.
        Assert.Equal(31, (int)document["skipped"]!);
        Assert.True((double)document["seconds"]! > 0);
        Assert.Empty(document["reports"]!.AsArray());
        foreach (var row in rows)
        {
            Assert.Equal(["operation", "type", "variant", "cases", "maxError", "tolerance", "accesses", "passed"], Keys(row!).Take(8));
            Assert.Equal(3, (int)row!["cases"]!);
            Assert.True((bool)row["passed"]!);
            Assert.True((double)row["maxError"]! <= (double)row["tolerance"]!);
        }
    }

    // Together the shares check what one process would, each row once.
    [Fact]
    public void SharesOfACheckHaveEachRowOnce()
    {
        var whole = Rows("1/1");
        Assert.True(whole.Length > 4);
        string[][] shares = [Rows("1/3"), Rows("2/3"), Rows("3/3")];
        Assert.Equal(whole.Order(), shares.SelectMany(share => share).Order());
        Assert.All(shares, share => Assert.InRange(share.Length, whole.Length / 3, (whole.Length / 3) + 1));
        Assert.Empty(Rows("99/99"));

        static string[] Rows(string part) =>
            [.. ToolRun.Of("check", "=add,=exp", "--device", "cpu", "--cases", "1", "--part", part, "--json").Document()["operations"]!.AsArray().Select(row => $"{row!["operation"]} {row["type"]} {row["variant"]}")];
    }

    [Fact]
    public void CheckGivesTheSameErrorsForTheSameSeed()
    {
        var (first, again, other) = (Errors("1"), Errors("1"), Errors("2"));
        Assert.Equal(first, again);
        Assert.NotEqual(first, other);

        static double[] Errors(string seed) =>
            [.. ToolRun.Of("check", "exp", "--seed", seed, "--json").Document()["operations"]!.AsArray().Select(row => (double)row!["maxError"]!)];
    }

    [Fact]
    public void CheckShowsATable()
    {
        var run = ToolRun.Of("check", "matmul", "--cases", "2");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("verdict", run.Output);
        Assert.Contains("0 failed", run.Output);
    }

    [Fact]
    public void BenchMeasures()
    {
        var picture = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.svg");
        try
        {
            var run = ToolRun.Of("bench", "relu", "--threads", "1", "--types", "f32", "--plot", picture, "--json");
            Assert.Equal(0, run.ExitCode);
            var document = run.Document();
            Assert.Equal("cpu", (string)document["device"]!);
            var row = document["rows"]!.AsArray().First(row => (string)row!["operation"]! == "relu")!;
            Assert.Subset(Keys(row).ToHashSet(), new HashSet<string> { "operation", "type", "shape", "threads", "milliseconds", "gigabytesPerSecond", "teraflopsPerSecond", "limitShare", "allocatedBytes", "peers", "p10", "p90", "samples", "l2", "verified", "failed" });
            Assert.Equal("f32", (string)row["type"]!);
            Assert.Equal(1, (int)row["threads"]!);
            Assert.Equal(0, (long)row["allocatedBytes"]!);
            Assert.Equal("copy", (string)row["limit"]!);
            Assert.InRange((double)row["milliseconds"]!, (double)row["p10"]!, (double)row["p90"]!);
            Assert.Equal((long)row["verified"]!["elements"]!, (long)row["verified"]!["checked"]!);
            Assert.InRange((double)row["verified"]!["maxError"]!, 0, (double)row["verified"]!["tolerance"]!);

            // What is read and written once, over the time that is reported.
            var elements = row["shape"]!.AsArray().Aggregate(1.0, (product, length) => product * (long)length!);
            Assert.Equal(2 * 4 * elements / (double)row["milliseconds"]! / 1e6, (double)row["gigabytesPerSecond"]!, 1e-6);

            // A pass over memory cannot beat a copy of the same bytes by much, and a vectorised one does not lag it tenfold.
            Assert.InRange((double)row["limitShare"]!, 0.1, 3);
            Assert.Contains("<svg", File.ReadAllText(picture));
        }
        finally
        {
            File.Delete(picture);
        }
    }

    [Fact]
    public void BenchJudgesKernelsOfTheSoftwareDevice()
    {
        Assert.SkipUnless(EmulatedDevice.IsSupported(out var reason), reason);
        var table = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.md");
        try
        {
            var run = ToolRun.Of("bench", "gru-cell", "--device", "emulated", "--sustained", "--markdown", table, "--json");
            Assert.True(run.ExitCode == 0, $"{run.Output} {run.Error}");
            var document = run.Document();
            Assert.Equal("emulated:0 is no GPU", (string)document["noClocks"]!);
            var row = Assert.Single(document["rows"]!.AsArray())!;
            Assert.InRange((double)row["milliseconds"]!, (double)row["p10"]!, (double)row["p90"]!);
            Assert.Equal(("timed-calls", 65_536), ((string)row["verified"]!["of"]!, (int)row["verified"]!["checked"]!));
            Assert.Null(row["l2"]);
            Assert.Equal(1, (int)row["sets"]!);
            Assert.DoesNotContain(Keys(row), key => key is "clocks" or "sustained" or "graph");
            Assert.Equal("| operation | type | shape | ms | 10 % - 90 % | samples | GB/s | TFLOP/s | of limit | allocated |", File.ReadAllLines(table)[0]);
        }
        finally
        {
            File.Delete(table);
        }
    }

    [Fact]
    public void SustainedTimesAreOfAGpu()
    {
        var run = ToolRun.Of("bench", "matmul", "--sustained");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("--sustained is for the clocks that a GPU can hold", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void BenchComparesTheProductWithOpenBlas()
    {
        var run = ToolRun.Of("bench", "matmul", "--threads", "1", "--peers", "--json");
        Assert.Equal(0, run.ExitCode);
        var document = run.Document();
        if (document["peers"]!["openblas"] is not { } library)
        {
            Assert.Skip("this machine has no OpenBLAS");
            return;
        }

        Assert.NotEmpty((string)library["core"]!);
        Assert.Equal(1, (int)library["threads"]!);
        Assert.All(document["rows"]!.AsArray(), row =>
        {
            Assert.Equal("multiply-add", (string)row!["limit"]!);
            Assert.InRange((long)row["verified"]!["checked"]!, 1024, 1100);
            Assert.InRange((double)row["peers"]!["openblas"]!, 0.02, 50);
        });
    }

    private static IEnumerable<string> Keys(JsonNode node) => node.AsObject().Select(pair => pair.Key);
}
