namespace CudaKernels.Tests.Vocabulary;

/// <summary>Misuse of tensor copies is found where it is: one device for each, since what would fault ends it.</summary>
public sealed class TensorCopyMistakeTests
{
    [Fact]
    public void ATileOfASwizzleNeedsItsAlignment()
    {
        var report = Find((run, tensor) =>
        {
            using var map = tensor.CreateTensorMap([8, 32], new TensorMapOptions { Swizzle = TensorMapSwizzle.Bytes128 });
            run.Load<float>(map, map.TileBytes, 512, [0, 0]);
        });
        AssertReport(report, "misaligned", "swizzle of 128 bytes at the shared address");
    }

    [Fact]
    public void ATileNeeds128Bytes()
    {
        var report = Find((run, tensor) =>
        {
            using var map = tensor.CreateTensorMap([8, 8]);
            run.Load<float>(map, map.TileBytes, 64, [0, 0]);
        });
        AssertReport(report, "misaligned", "no multiple of 128");
    }

    [Fact]
    public void ABoxBeyondTheSharedMemoryIsOutOfBounds()
    {
        var report = Find((run, tensor) =>
        {
            using var map = tensor.CreateTensorMap([256, 256]);
            run.Load<float>(map, map.TileBytes, 0, [0, 0]);
        });
        AssertReport(report, "out-of-bounds", "262144 byte(s)");
    }

    [Theory]
    [InlineData(16)]
    [InlineData(-16)]
    public void TheBarrierHasToExpectTheWholeTile(int more)
    {
        var report = Find((run, tensor) =>
        {
            using var map = tensor.CreateTensorMap([8, 8]);
            run.Load<float>(map, map.TileBytes + more, 0, [0, 0]);
        });
        Assert.Contains(report.Rule, (string[])["deadlock", "sync-misuse"]);
        Assert.Contains("16 bytes", report.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AMapHasAsManyDimensionsAsCoordinatesAreGiven()
    {
        var report = Find((run, tensor) =>
        {
            using var map = tensor.CreateTensorMap([8, 8]);
            run.Load<float>(map, map.TileBytes, 0, [0, 0, 0]);
        });
        AssertReport(report, "sync-misuse", "3 coordinates for a tensor map of 2 dimensions");
    }

    [Fact]
    public void AnIm2colMapIsNoMapOfTiles()
    {
        var report = Find((run, tensor) =>
        {
            using var cube = run.Device.CreateTensor<float>(new float[4 * 4 * 8], [4, 4, 8]);
            using var map = cube.CreateTensorMap(new TensorMapWindow { LowerCorner = [0], UpperCorner = [0], ChannelsPerPixel = 8, PixelsPerColumn = 4 });
            run.Load<float>(map, map.TileBytes, 0, [0, 0, 0]);
        });
        AssertReport(report, "sync-misuse", "im2col");
    }

    [Fact]
    public void ChangedBytesAreNoTensorMap()
    {
        var report = Find((run, tensor) =>
        {
            using var map = tensor.CreateTensorMap([8, 8]);
            using var output = run.Device.CreateBuffer<uint>(1);
            run.Launch("load_by_nothing", map, output);
        });
        AssertReport(report, "sync-misuse", "no tensor map");
    }

    [Fact]
    public void AReductionThatTheTypeDoesNotHaveIsRefused()
    {
        var report = Find((run, tensor) =>
        {
            using var map = tensor.CreateTensorMap([8, 8]);
            run.Store(map, new float[64], 6, 0, 0);
        });
        AssertReport(report, "sync-misuse", "reduction");
    }

    [Fact]
    public void AMapOfFreedMemoryIsFound()
    {
        using var run = new TensorCopyRun();
        var buffer = run.Device.CreateBuffer<float>(new float[64]);
        using var map = TensorMap.Create(run.Device, buffer.Address, TensorMapElement.Float32, [8, 8], [32], [8, 8]);
        buffer.Dispose();
        run.Device.Synchronize();
        Assert.Equal("use-after-free", run.Mistake(() => run.Load<float>(map, 0, 0))[0].Rule);
    }

    [Fact]
    public void WhatNobodyWroteIsNotLoaded()
    {
        using var run = new TensorCopyRun();
        using var tensor = run.Device.CreateUninitializedTensor<float>([16, 16]);
        using var map = tensor.CreateTensorMap([8, 8]);
        Assert.Equal("uninitialized", run.Mistake(() => run.Load<float>(map, 0, 0))[0].Rule);
    }

    private static EmulationReport Find(Action<TensorCopyRun, DeviceTensor<float>> mistake)
    {
        using var run = new TensorCopyRun();
        using var tensor = run.Device.CreateTensor<float>(new float[32 * 32], [32, 32]);
        return run.Mistake(() => mistake(run, tensor))[0];
    }

    private static void AssertReport(EmulationReport report, string rule, string text)
    {
        Assert.Equal(rule, report.Rule);
        Assert.Contains(text, report.Message, StringComparison.Ordinal);
        Assert.Equal("tensor_copies.cu", report.File);
        Assert.NotEqual(0, report.Line);
    }
}
