using CudaKernels.Catalog;
using CudaKernels.Cli.Bench;

namespace CudaKernels.Tests;

/// <summary>What the bench does with what it times: nothing wrong gets a time.</summary>
public sealed class BenchRunnerTests
{
    private static readonly CaseShape s_shape = new(1000);

    [Fact]
    public void ARightResultHasATimeWithItsSpread()
    {
        using var device = new CpuDevice();
        var row = Measure(device, new CopyingCase((x, y, _, _) => x.CopyTo(y)));
        Assert.True(row.IsRight, row.Failed);
        var times = row.Times!.Ours;
        Assert.True(times.Low > 0 && times.Low <= times.Median && times.Median <= times.High, $"{times}");
        Assert.InRange(times.Samples, 5, 31);
        Assert.Equal((1000, 1000, true), (row.Check!.Check.Checked, row.Check.Check.Elements, row.Check.IsOfTimedCalls));
        var json = row.ToJson();
        Assert.Equal(times.Median, (double)json["milliseconds"]!);
        Assert.Equal((times.Low, times.High, times.Samples), ((double)json["p10"]!, (double)json["p90"]!, (int)json["samples"]!));
        Assert.Equal("timed-calls", (string)json["verified"]!["of"]!);
        Assert.Equal(2e-6, (double)json["verified"]!["tolerance"]!);
        Assert.Null(json["l2"]);
        Assert.Null(json["failed"]);
        Assert.False(json.ContainsKey("clocks"));
    }

    [Fact]
    public void AWrongResultHasNone()
    {
        using var device = new CpuDevice();
        RequireRefused(Measure(device, new CopyingCase((x, y, _, _) => x.Multiply(1.001f, y))));
    }

    [Fact]
    public void CallsThatWriteNothingCannotShowWhatAnEarlierOneHasWritten()
    {
        using var device = new CpuDevice();
        RequireRefused(Measure(device, new CopyingCase((x, y, _, count) =>
        {
            if (count < 10)
            {
                x.CopyTo(y);
            }
        })));
    }

    [Fact]
    public void WhatUpdatesItsOperandsIsJudgedByItsFirstCall()
    {
        using var device = new CpuDevice();
        var right = Measure(device, new CopyingCase((x, y, _, count) => x.Multiply(count + 1, y)) { UpdatesInPlace = true });
        Assert.True(right.IsRight, right.Failed);
        Assert.Equal("first-call", (string)right.ToJson()["verified"]!["of"]!);
        RequireRefused(Measure(device, new CopyingCase((x, y, _, count) => x.Multiply(count + 2, y)) { UpdatesInPlace = true }));
    }

    [Fact]
    public void ADeviceErrorIsARowToo()
    {
        using var device = new CpuDevice();
        var row = Measure(device, new CopyingCase((_, _, _, _) => throw new CudaOutOfMemoryException("full", 1, default)));
        Assert.Contains("full", row.Failed, StringComparison.Ordinal);
        Assert.Null((double?)row.ToJson()["milliseconds"]);
    }

    [Fact]
    public void AWrongPeerHasNoRatio()
    {
        using var emulated = OpenEmulated();
        var options = new BenchOptions { WithPeers = true };
        var row = Measure(emulated.Device, new CopyingCase((x, y, _, _) => x.CopyTo(y)) { Cublas = (_, _) => { } }, options);
        Assert.Null(row.Failed);
        Assert.False(row.IsRight);
        Assert.Empty(row.Times!.Peers);
        Assert.Contains("the result is wrong", (string)row.ToJson()["failedPeers"]!["cublas"]!, StringComparison.Ordinal);

        var right = Measure(emulated.Device, new CopyingCase((x, y, _, _) => x.CopyTo(y)) { Cublas = (x, y) => x.CopyTo(y) }, options);
        Assert.True(right.IsRight);
        Assert.Equal(["cublas"], right.Times!.Peers.Keys);
    }

    [Fact]
    public void SetsTakeTurnsAndEachIsJudged()
    {
        using var device = new CpuDevice();
        var operation = new CopyingCase((x, y, _, _) => x.CopyTo(y));
        using var calls = new CaseRotation(device, operation, ElementKind.Float32, "", s_shape, plan => plan.Bytes == 8000 ? 3 : 0);
        calls.Poison();
        for (var i = 0; i < 7; i++)
        {
            Assert.Equal(i < 3, calls.Verify().Failure is not null);
            calls.Run();
        }

        Assert.Equal([0, 1, 2, 0, 1, 2, 0], operation.Calls);

        using var spoilt = new CaseRotation(device, new CopyingCase((x, y, plan, _) => x.Multiply(plan == 2 ? 2f : 1f, y)), ElementKind.Float32, "", s_shape, _ => 3);
        spoilt.Run();
        spoilt.Run();
        spoilt.Run();
        Assert.Contains("element 0", spoilt.Verify().Failure, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(100, 50, 2, "cold")]
    [InlineData(150, 50, 1, "cold")]
    [InlineData(1, 50, 150, "cold")]
    [InlineData(1, 500, 512, "hot")]
    public void SetsAreThreeTimesTheCache(double bytes, long cache, int sets, string state)
    {
        var turns = new CacheTurns(cache);
        Assert.Equal(sets, turns.Sets(bytes));
        Assert.Equal(state, turns.State(bytes, turns.Sets(bytes)));
        Assert.Equal("hot", turns.State(1, 1));
    }

    [Fact]
    public void WithoutACacheOneSetStays()
    {
        using var device = new CpuDevice();
        Assert.Equal(1, CacheTurns.Of(device).Sets(1));
        Assert.Null(CacheTurns.Of(device).State(1, 1));
        using var copy = new CopyLimit(device, 100, new CacheTurns(1000));
        Assert.Equal(1, copy.Sets);
    }

    [Fact]
    public void CopiesTakeTurnsAsOperandsDo()
    {
        using var emulated = OpenEmulated();
        using var copy = new CopyLimit(emulated.Device, 100, new CacheTurns(100));
        Assert.Equal(3, copy.Sets);
        copy.Contestant.Run();
        copy.Contestant.Finish();
    }

    [Fact]
    public void OnADeviceACallIsTimedColdAndInAGraph()
    {
        using var emulated = OpenEmulated();
        var row = Measure(emulated.Device, OpCatalog.All.Single(operation => operation.Name == "relu"), new BenchOptions { Turns = new CacheTurns(8000), GraphBelowMilliseconds = double.MaxValue });
        Assert.True(row.IsRight, row.Failed);
        Assert.Equal(("cold", 3), (row.Cache, row.Sets));
        Assert.Equal("copy", row.Limit);
        Assert.NotNull(row.Graph);
        Assert.Null(row.GraphMissing);
        var json = row.ToJson();
        Assert.Equal("cold", (string)json["l2"]!);
        Assert.Equal(3, (int)json["sets"]!);
        Assert.True((double)json["graph"]!["p10"]! <= (double)json["graph"]!["milliseconds"]!);
        Assert.NotNull(row.AllocatedBytes);
    }

    [Fact]
    public void WhatCannotBeCapturedSaysSo()
    {
        using var emulated = OpenEmulated();
        var row = Measure(emulated.Device, new CopyingCase((x, y, _, _) => y.CopyFrom(x.ToArray())), new BenchOptions { GraphBelowMilliseconds = double.MaxValue });
        Assert.True(row.IsRight, row.Failed);
        Assert.Null(row.Graph);
        Assert.Contains("capture", (string)row.ToJson()["graphMissing"]!, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void WhatArithmeticBoundsIsTimedAgainAfterWork()
    {
        using var emulated = OpenEmulated();
        var product = OpCatalog.All.Single(operation => operation.Name == "matmul");
        var runner = new BenchRunner(emulated.Device, new BenchOptions { Turns = new CacheTurns(100_000), SustainedMilliseconds = 50 });
        var row = runner.Measure(product, ElementKind.Float32, "simt", new CaseShape(64, 64, 64));
        Assert.True(row.IsRight, row.Failed);
        Assert.NotNull(row.Sustained);
        Assert.Equal(("hot", 1), (row.Cache, row.Sets));
        Assert.True((double)row.ToJson()["sustained"]!["milliseconds"]! > 0);
        Assert.InRange(row.Check!.Check.Checked, 1024, row.Check.Check.Elements - 1);

        Assert.Null(Measure(emulated.Device, new CopyingCase((x, y, _, _) => x.CopyTo(y)), new BenchOptions { SustainedMilliseconds = 50 }).Sustained);
    }

    [Fact]
    public void WorkBeforeTheRoundsLastsAsLongAsAsked()
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        new Contest(new Contestant("nothing", () => Thread.Sleep(1), () => { })) { HeatMilliseconds = 700, BeforeRounds = clock.Restart, AfterRound = () => Assert.True(clock.Elapsed.TotalMilliseconds > 700) }.Measure();
        Assert.True(clock.Elapsed.TotalMilliseconds > 700);
    }

    // A first call that compiles would else be the measure of all others, with samples of one call.
    [Fact]
    public void TheFirstCallIsNoMeasureOfTheOthers()
    {
        var compiled = false;
        Assert.True(new Contestant("compiles", Call, () => { }).WarmUp() > 10);

        void Call()
        {
            if (!compiled)
            {
                compiled = true;
                Thread.Sleep(1100);
            }
        }
    }

    [Fact]
    public void ASampleHasTheRunsThatAreAskedFor() =>
        Assert.Equal(18, new Contestant("slow", () => Thread.Sleep(10), () => { }) { LeastRuns = 18 }.WarmUp());

    [Fact]
    public void PercentilesAreOfTheSamples()
    {
        Assert.Equal(new Spread(5, 1, 9, 11), Spread.Of([10, 0, 9, 1, 8, 2, 7, 3, 6, 4, 5]));
        Assert.Equal(new Spread(2.5, 1, 4, 4), Spread.Of([4, 1, 3, 2]));
        Assert.Equal(new Spread(7, 7, 7, 1), Spread.Of([7]));
    }

    [Fact]
    public void ClocksAreMediansAndTheLowest()
    {
        var readings = new Queue<GpuReading>(
        [
            new(1980, 2619, 500, 60, ThrottleReasons.Idle),
            new(1200, 2619, 700, null, ThrottleReasons.PowerCap | ThrottleReasons.Idle),
            new(1755, 2619, 690, 62, null),
        ]);
        var log = new ClockLog(readings.Dequeue);
        Assert.Null(log.ToJson());
        log.Add();
        log.Add();
        log.Add();
        var json = log.ToJson()!;
        Assert.Equal((1755, 1200, 2619, 690, 61), ((double)json["smMegahertz"]!, (int)json["smMegahertzLowest"]!, (double)json["memoryMegahertz"]!, (double)json["watts"]!, (double)json["celsius"]!));
        Assert.Equal(["PowerCap"], json["throttleReasons"]!.AsArray().Select(reason => (string)reason!));
        var none = new ClockLog(null);
        none.Add();
        Assert.Null(none.ToJson());
    }

    [Fact]
    public void APeerOfTheProcessorIsJudged()
    {
        if (OpenBlas.Find() is not { } library)
        {
            Assert.Skip("this machine has no OpenBLAS");
            return;
        }

        using var peer = new MatMulPeer<float>(library, new CaseShape(70, 50, 30), threads: 1, tolerance: 1e-5);
        Assert.NotNull(peer.Failure());
        peer.Contestant.Run();
        Assert.Null(peer.Failure());
        peer.Poison();
        Assert.NotNull(peer.Failure());
    }

    [Fact]
    public void TheTableShowsSpreadsAndFailures()
    {
        var operation = new CopyingCase((_, _, _, _) => { });
        var row = new BenchRow(operation, ElementKind.Float32, "", s_shape, 1) { Times = new BenchTimes(new Spread(2, 1, 3, 31), new Dictionary<string, double> { ["a"] = 1.5 }, null), Bytes = 8e6, AllocatedBytes = 0 };
        var (headings, cells) = BenchTable.Of([row, row with { Times = null, Failed = "broken" }, row with { FailedPeers = new Dictionary<string, string> { ["b"] = "wrong" }, Cache = "cold" }]);
        Assert.Equal(["operation", "type", "shape", "ms", "10 % - 90 %", "samples", "GB/s", "TFLOP/s", "of limit", "allocated", "L2", "vs a", "vs b"], headings);
        Assert.Equal(["copying", "f32", "1000", "2", "1 - 3", "31", "4.0", "0.0000", "", "0 B", "", "1.50x", ""], cells[0]);
        Assert.Equal("FAILED: broken", cells[1][3]);
        Assert.Equal(("cold", "FAILED: wrong"), (cells[2][10], cells[2][12]));
        Assert.All(cells, line => Assert.Equal(headings.Length, line.Count));
    }

    private static BenchRow Measure(ComputeDevice device, OpCase operation, BenchOptions? options = null) =>
        new BenchRunner(device, options ?? new BenchOptions()).Measure(operation, ElementKind.Float32, "", s_shape);

    private static void RequireRefused(BenchRow row)
    {
        Assert.False(row.IsRight);
        Assert.Contains("the result is wrong", row.Failed, StringComparison.Ordinal);
        Assert.Null(row.Times);
        var json = row.ToJson();
        Assert.Null((double?)json["milliseconds"]);
        Assert.Null(json["verified"]);
        Assert.Equal(row.Failed, (string)json["failed"]!);
    }

    private static EmulatedDevice OpenEmulated()
    {
        Assert.SkipUnless(EmulatedDevice.IsSupported(out var reason), reason);
        return EmulatedDevice.Open();
    }
}
