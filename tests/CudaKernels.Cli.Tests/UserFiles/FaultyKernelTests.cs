namespace CudaKernels.Tests.UserFiles;

/// <summary>Kernels that would end a process that runs them as plain functions: each is a report with its line, and the tool ends in order.</summary>
public sealed class FaultyKernelTests
{
    [Theory]
    [InlineData("deep_recursion", "fault", "overflowed", 7)]
    [InlineData("infinite_recursion", "fault", "overflowed", 13)]
    [InlineData("large_local_array", "fault", "overflowed", 21)]
    [InlineData("overrun_local_array", "out-of-bounds", "index 16", 29)]
    [InlineData("overrun_through_pointer", "out-of-bounds", "local memory", 36)]
    [InlineData("division_by_zero", "undefined", "by zero", 40)]
    [InlineData("trapped", "fault", "__trap", 44)]
    [InlineData("aborted", "fault", "abort()", 48)]
    [InlineData("exited", "fault", "exit()", 53)]
    [InlineData("null_pointer", "not-device-memory", "null", 63)]
    [InlineData("wild_pointer", "not-device-memory", "no device memory", 65)]
    [InlineData("spinning", "hang", "endless loop", 59)]
    public void AreReportedWithTheirLine(string kernel, string rule, string words, int line)
    {
        using var run = new UserRun();
        var result = run.Start("faulty.cu", kernel, "1", "32", 0, 0, "inout:i32[32]=ones", "i32:4");
        Assert.True(result.ExitCode == 1, result.Error);
        var report = result.Document()["reports"]!.AsArray().First(candidate => (string)candidate!["rule"]! == rule)!;
        Assert.Contains(words, (string)report["message"]!);
        Assert.Equal("faulty.cu", (string)report["file"]!);
        Assert.InRange((int)report["line"]!, line - 2, line + 1);
        Assert.Equal(["rule", "message", "kernel", "file", "line", "thread", "block", "otherLine", "otherThread", "otherBlock", "buffer", "count"], report.AsObject().Select(pair => pair.Key));
    }

    [Theory]
    [InlineData("infinite_recursion")]
    [InlineData("overrun_through_pointer")]
    [InlineData("exited")]
    [InlineData("kills_process")]
    public void WithoutChecksTheToolOutlivesThem(string kernel)
    {
        using var run = new UserRun();
        var result = ToolRun.Of("run", UserRun.PathOf("faulty.cu"), kernel, "--grid", "1", "--block", "32", "--device", "emulated", "--json", "inout:i32[32]=ones", "i32:4");
        Assert.True(result.ExitCode == 1, result.Error);
        var report = Assert.Single(result.Document()["reports"]!.AsArray())!;
        Assert.Equal(kernel == "overrun_through_pointer" ? (string)report["rule"]! : "fault", (string)report["rule"]!);
        if (kernel == "kills_process")
        {
            Assert.Contains("signal 9", (string)report["message"]!);
            Assert.Equal(["outputs", "reports", "notes", "milliseconds"], result.Document().AsObject().Select(pair => pair.Key));
        }
    }

    [Theory]
    [InlineData("sgemm_warp_tiled<64,64,8,32,32,8,4,128>", "1", "256", 0, "at most 128")]
    [InlineData("sgemm_naive", "1", "33,32", 0, "1056 threads")]
    [InlineData("sgemm_naive", "1,70000", "32", 0, "65535")]
    [InlineData("sgemm_naive", "1", "32", 300000, "300000 bytes")]
    public void WhatTheDeviceRefusesIsALimit(string kernel, string grid, string block, int shared, string words)
    {
        using var run = new UserRun();
        var result = run.Start("sgemm.cu", kernel, grid, block, shared, 0, "i32:1", "i32:1", "i32:1", "f32:1", "in:f32[1]=ones", "in:f32[1]=ones", "f32:0", "inout:f32[1]=ones");
        Assert.True(result.ExitCode == 1, result.Error);
        var report = Assert.Single(result.Document()["reports"]!.AsArray())!;
        Assert.Equal("limit", (string)report["rule"]!);
        Assert.Contains(words, (string)report["message"]!);
    }

    [Fact]
    public void MoreStaticSharedMemoryThanAKernelHasIsALimit()
    {
        using var run = new UserRun();
        var result = run.Start("faulty.cu", "too_much_shared", "1", "32", 0, 0, "inout:i32[32]=ones", "i32:4");
        Assert.True(result.ExitCode == 1, result.Error);
        var report = Assert.Single(result.Document()["reports"]!.AsArray())!;
        Assert.Equal("limit", (string)report["rule"]!);
        Assert.Contains("52000 bytes of static shared memory", (string)report["message"]!);
    }

    [Fact]
    public void WrongArgumentsAreNoLimit()
    {
        using var run = new UserRun();
        var result = run.Start("sgemm.cu", "sgemm_naive", "1", "32", 0, 0, "i32:1");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("takes 8 arguments", result.Error);
    }
}
