namespace CudaKernels.Tests.Vocabulary;

/// <summary>
/// A loop of cp.async groups, a ring of bulk copies and a cluster with multicast: right and silent under every schedule, with copies that
/// come late and at once; and each wait, arrival, fence and initialisation is missed when it is taken away.
/// </summary>
public sealed class CutKernelTests
{
    private static readonly string[] s_rules = ["async-wait", "race", "sync-misuse", "deadlock", "uninitialized"];

    public static IEnumerable<TheoryDataRow<string, bool>> Whole() => from kernel in CutKernel.All from isChecked in (bool[])[false, true] select new TheoryDataRow<string, bool>(kernel.Name, isChecked);

    public static IEnumerable<TheoryDataRow<string, int>> Cuts() => from kernel in CutKernel.All from cut in Enumerable.Range(1, kernel.Cuts) select new TheoryDataRow<string, int>(kernel.Name, cut);

    [Theory]
    [MemberData(nameof(Whole))]
    public void WholeIsRightAndSilent(string name, bool isChecked)
    {
        var kernel = CutKernel.Of(name);
        for (var seed = 0; seed < 10; seed++)
        {
            var (output, reports) = kernel.Run(0, new EmulationOptions { Sanitize = isChecked, Seed = seed });
            Assert.Empty(reports);
            Assert.Equal(kernel.ExpectedOutput(), output);
        }
    }

    [Theory]
    [MemberData(nameof(Cuts))]
    public void EveryLineIsMissed(string name, int cut)
    {
        for (var seed = 0; seed < 3; seed++)
        {
            var (_, reports) = CutKernel.Of(name).Run(cut, new EmulationOptions { Sanitize = true, Seed = seed });
            Assert.NotEmpty(reports);
            Assert.All(reports, report =>
            {
                Assert.Contains(report.Rule, s_rules);
                Assert.Equal(name + ".cu", Path.GetFileName(report.File));
                Assert.NotEqual(0, report.Line);
            });
        }
    }

    [Fact]
    public void ASeedRepeatsARunExactly()
    {
        foreach (var (name, cut) in ((string, int)[])[("copy_groups", 5), ("bulk_ring", 15), ("cluster_sum", 10)])
        {
            var options = new EmulationOptions { Sanitize = true, Seed = 42 };
            var (first, second) = (CutKernel.Of(name).Run(cut, options), CutKernel.Of(name).Run(cut, options));
            Assert.Equal(first.Output, second.Output);
            Assert.Equal(first.Reports.Select(report => report with { Buffer = null }), second.Reports.Select(report => report with { Buffer = null }));
        }
    }

    [Fact]
    public void ADeadlockSaysWhoWaitsWhereForWhat()
    {
        var (_, reports) = CutKernel.Of("bulk_ring").Run(8, new EmulationOptions { Sanitize = true });
        var report = Assert.Single(reports);
        Assert.Equal("deadlock", report.Rule);
        Assert.Matches(@"1 thread\(s\) \(first 64\) wait in mbarrier\.try_wait at line \d+ \(mbarrier at 0x[0-9a-f]+ in phase 0: 64 of 64 arrivals and 0 bytes are missing\)", report.Message);
        Assert.Matches(@"64 thread\(s\) \(first 0\) wait in mbarrier\.try_wait at line \d+ \(mbarrier at 0x[0-9a-f]+ in phase 0: 0 of 1 arrivals and 16 bytes are missing\)", report.Message);
    }

    // Without the checking mode a copy that nobody waited for leaves what cannot be read as data: the result shows it.
    [Theory]
    [InlineData("copy_groups", 2)]
    [InlineData("copy_groups", 3)]
    public void AMissingWaitShowsInTheResult(string name, int cut)
    {
        var kernel = CutKernel.Of(name);
        Assert.NotEqual(kernel.ExpectedOutput(), kernel.Run(cut, new EmulationOptions()).Output);
        Assert.Equal(kernel.ExpectedOutput(), kernel.Run(0, new EmulationOptions()).Output);
    }
}
