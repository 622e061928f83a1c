namespace CudaKernels.Tests;

public sealed class CompileTargetTests
{
    private static readonly int[] s_known = [75, 80, 86, 87, 89, 90, 100, 101, 120];

    [Theory]
    [InlineData(7, 5, "sm_75")]
    [InlineData(8, 0, "sm_80")]
    [InlineData(8, 9, "sm_89")]
    [InlineData(9, 0, "sm_90a")]
    [InlineData(10, 0, "sm_100")]
    [InlineData(12, 0, "sm_120")]
    [InlineData(12, 1, "compute_120")]
    [InlineData(13, 0, "compute_120")]
    [InlineData(8, 8, "compute_87")]
    [InlineData(9, 9, "compute_90")]
    public void A_device_gets_its_own_machine_code_or_the_nearest_ptx_below(int major, int minor, string expected)
    {
        Assert.Equal(expected, CompileTarget.For(major, minor, s_known).ToString());
    }

    [Fact]
    public void The_order_of_the_table_does_not_matter()
    {
        Assert.Equal("compute_90", CompileTarget.For(10, 0, [90, 75, 86]).ToString());
    }

    [Fact]
    public void A_device_older_than_the_table_is_refused_with_the_figures()
    {
        var failure = Assert.Throws<CudaNotSupportedException>(() => CompileTarget.For(7, 0, s_known));
        Assert.Contains("7.0", failure.Message, StringComparison.Ordinal);
        Assert.Contains("sm_75", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sm_86", 86, "", true)]
    [InlineData("sm_90a", 90, "a", true)]
    [InlineData("sm_100f", 100, "f", true)]
    [InlineData("compute_75", 75, "", false)]
    [InlineData("compute_90a", 90, "a", false)]
    public void Parse_reads_both_kinds(string text, int number, string suffix, bool isCubin)
    {
        var target = CompileTarget.Parse(text);
        Assert.Equal((number, suffix, isCubin, text), (target.Number, target.Suffix, target.IsCubin, target.ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("sm_")]
    [InlineData("sm_9")]
    [InlineData("sm_90b")]
    [InlineData("SM_90")]
    [InlineData("sm_90a\n")]
    [InlineData("lto_90")]
    [InlineData("sm_09")]
    public void Parse_names_what_it_got(string text)
    {
        Assert.Contains($"'{text}'", Assert.Throws<FormatException>(() => CompileTarget.Parse(text)).Message, StringComparison.Ordinal);
    }
}
