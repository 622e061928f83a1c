using System.Runtime.InteropServices;
using CudaKernels.Catalog;
using CudaKernels.Cli.Bench;
using CudaKernels.Interop;

namespace CudaKernels.Tests;

/// <summary>cuBLASLt beside the bench's rows: which product stands beside which row, that a wrong one is seen, and what the library refuses.</summary>
public sealed class LtPeerTests
{
    private static readonly CaseShape s_shape = new(48, 272, 656);

    private static int s_calls;

    [Theory]
    [InlineData("matmul", ElementKind.Float32, "tf32", "cublas-tf32")]
    [InlineData("matmul", ElementKind.Float32, "wgmma-pingpong-tf32", "cublas-tf32")]
    [InlineData("quantized-gemm", ElementKind.Float32, "wgmma", "cublaslt-int32")]
    [InlineData("quantized-gemm", ElementKind.Float64, "", "cublaslt-int32")]
    [InlineData("float8-gemm", ElementKind.Float32, "", "cublaslt")]
    [InlineData("float8-gemm", ElementKind.Float16, "tensor-core", "cublaslt")]
    [InlineData("float8-gemm", ElementKind.BFloat16, "wgmma", "cublaslt")]
    [InlineData("block-scaled-gemm", ElementKind.Float32, "wgmma", "cublaslt")]
    [InlineData("block-scaled-gemm", ElementKind.BFloat16, "tensor-core", "cublaslt")]
    [InlineData("block-scaled-gemm", ElementKind.Float32, "e4m3-e5m2-wgmma", "cublaslt")]
    [InlineData("block-scaled-gemm", ElementKind.Float32, "e5m2-e4m3", "cublaslt")]
    public void APeerOfEachProductIsRightOnceItHasRun(string operation, ElementKind kind, string variant, string name)
    {
        using var emulated = OpenEmulated();
        var live = emulated.Device.CreateLeakReport().Allocations.Count;
        using (var peer = LtPeers.Create(emulated.Device, Row(operation, kind, variant), SampleClock.Processor))
        {
            Assert.Equal(name, peer.Contestant.Name);
            peer.Poison();
            Assert.NotNull(peer.Failure());
            peer.Contestant.Run();
            peer.Contestant.Finish();
            Assert.Null(peer.Failure());
        }

        Assert.Equal(live, emulated.Device.CreateLeakReport().Allocations.Count);
        Assert.Empty(emulated.Reports);
    }

    [Theory]
    [InlineData("matmul", "simt")]
    [InlineData("matmul", "tf32x3")]
    [InlineData("matmul", "wgmma-tf32x3-split-k")]
    [InlineData("softmax", "")]
    public void OtherRowsHaveNone(string operation, string variant)
    {
        var row = Row(operation, ElementKind.Float32, variant);
        Assert.Null(LtPeers.NameOf(row));
        Assert.False(LtPeers.IsTf32(row));
        Assert.Null(LtPeers.NameOf(Row("matmul", ElementKind.Float32, "tf32") with { Shape = new CaseShape(8, 8, 8, 2) }));
    }

    [Fact]
    public void RowsOfTf32CompeteWithTf32AndOthersWithFloat()
    {
        using var emulated = OpenEmulated();
        var tf32 = Measure(emulated.Device, "matmul", "tf32");
        Assert.True(tf32.IsRight, tf32.Failed);
        Assert.Equal(["cublas-tf32"], tf32.Times!.Peers.Keys);
        var split = Measure(emulated.Device, "matmul", "tf32x3");
        Assert.True(split.IsRight, split.Failed);
        Assert.Equal(["cublas"], split.Times!.Peers.Keys);
    }

    [Fact]
    public void WhatTheLibraryRefusesStandsInTheRowByItsReason()
    {
        using var emulated = OpenEmulated();
        var row = Measure(emulated.Device, "float8-gemm", "e5m2");
        Assert.True(row.IsRight, row.Failed);
        Assert.Empty(row.Times!.Peers);
        Assert.Equal("cublasLtMatmulAlgoGetHeuristic: CUBLAS_STATUS_NOT_SUPPORTED", (string)row.ToJson()["refusedPeers"]!["cublaslt"]!);
        Assert.Empty(row.ToJson()["failedPeers"]!.AsObject());
        var (headings, cells) = BenchTable.Of([row]);
        Assert.Equal("vs cublaslt", headings[^1]);
        Assert.Equal("none: cublasLtMatmulAlgoGetHeuristic: CUBLAS_STATUS_NOT_SUPPORTED", cells[0][^1]);
        Assert.DoesNotContain(emulated.Device.CreateLeakReport().Allocations, allocation => allocation.ByteCount >= 32 << 20);
    }

    [Fact]
    public void AGpuWithoutScalesOfBlocksRefusesThemAlone()
    {
        Assert.SkipUnless(EmulatedDevice.IsSupported(out var reason), reason);
        using var emulated = EmulatedDevice.Open(new EmulationOptions { ComputeCapability = new Version(8, 9) });
        LtPeers.Create(emulated.Device, Row("float8-gemm", ElementKind.Float32, ""), SampleClock.Processor).Dispose();
        var refusal = Assert.Throws<CublasException>(() => LtPeers.Create(emulated.Device, Row("block-scaled-gemm", ElementKind.Float32, ""), SampleClock.Processor));
        Assert.Equal(cublasStatus_t.CUBLAS_STATUS_NOT_SUPPORTED, refusal.Status);
        Assert.Throws<CublasException>(() => LtPeers.Create(emulated.Device, Row("float8-gemm", ElementKind.Float64, ""), SampleClock.Processor));
    }

    [Fact]
    public void AMachineWithoutTheLibraryOrAFunctionSaysSo()
    {
        using var emulated = OpenEmulated();
        using (var bare = Reopen(emulated, null))
        {
            var row = Measure(bare, "quantized-gemm", "");
            Assert.True(row.IsRight, row.Failed);
            Assert.Equal("cuBLASLt was not found", row.RefusedPeers["cublaslt-int32"]);
        }

        using var old = Reopen(emulated, new ChangedSource(emulated.Device.CublasLt.Source, "cublasLtMatmulPreferenceCreate", 0));
        var refusal = Assert.Throws<CudaNotSupportedException>(() => LtPeers.Create(old, Row("quantized-gemm", ElementKind.Float32, ""), SampleClock.Processor));
        Assert.Contains("cublasLtMatmulPreferenceCreate", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public unsafe void AWrongPeerHasNoRatio()
    {
        using var emulated = OpenEmulated();
        using var idle = Reopen(emulated, new ChangedSource(emulated.Device.CublasLt.Source, "cublasLtMatmul", (nint)(delegate* unmanaged<cublasStatus_t>)&WriteNothing));
        var row = Measure(idle, "float8-gemm", "");
        Assert.Null(row.Failed);
        Assert.False(row.IsRight);
        Assert.Empty(row.Times!.Peers);
        Assert.StartsWith("the result is wrong: element ", row.FailedPeers["cublaslt"], StringComparison.Ordinal);
    }

    [Fact]
    public unsafe void APeerThatFailsLaterIsWrongAndTheRowStays()
    {
        using var emulated = OpenEmulated();
        s_calls = 0;
        using var failing = Reopen(emulated, new ChangedSource(emulated.Device.CublasLt.Source, "cublasLtMatmul", (nint)(delegate* unmanaged<cublasStatus_t>)&FailAtTheSecondCall));
        using var peer = LtPeers.Create(failing, Row("quantized-gemm", ElementKind.Float32, ""), SampleClock.Processor);
        peer.Contestant.Run();
        Assert.Equal("cublasLtMatmul: CUBLAS_STATUS_EXECUTION_FAILED", peer.Failure());
    }

    // The software library allocates where the real one does not: the call is what counts.
    [Fact]
    public unsafe void ACallAllocatesNothing()
    {
        using var emulated = OpenEmulated();
        using var idle = Reopen(emulated, new ChangedSource(emulated.Device.CublasLt.Source, "cublasLtMatmul", (nint)(delegate* unmanaged<cublasStatus_t>)&WriteNothing));
        using var peer = LtPeers.Create(idle, Row("block-scaled-gemm", ElementKind.Float32, ""), SampleClock.Processor);
        peer.Contestant.Run();
        var before = GC.GetAllocatedBytesForCurrentThread();
        peer.Contestant.Run();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    // The arguments are the caller's to clear: what takes none may stand in for any function of C.
    [UnmanagedCallersOnly]
    private static cublasStatus_t WriteNothing() => cublasStatus_t.CUBLAS_STATUS_SUCCESS;

    [UnmanagedCallersOnly]
    private static cublasStatus_t FailAtTheSecondCall() => s_calls++ == 0 ? cublasStatus_t.CUBLAS_STATUS_SUCCESS : cublasStatus_t.CUBLAS_STATUS_EXECUTION_FAILED;

    private static BenchRow Row(string operation, ElementKind kind, string variant) => new(OpCatalog.All.Single(one => one.Name == operation), kind, variant, s_shape, null);

    private static BenchRow Measure(CudaDevice device, string operation, string variant) =>
        new BenchRunner(device, new BenchOptions { WithPeers = true }).Measure(OpCatalog.All.Single(one => one.Name == operation), ElementKind.Float32, variant, new CaseShape(32, 48, 64));

    private static EmulatedDevice OpenEmulated()
    {
        Assert.SkipUnless(EmulatedDevice.IsSupported(out var reason), reason);
        return EmulatedDevice.Open();
    }

    // The same device with another cuBLASLt.
    private static CudaDevice Reopen(EmulatedDevice emulated, ISymbolSource? light) => CudaDevice.Open(
        new CudaDeviceSources(emulated.Device.Driver.Source, emulated.Device.Nvrtc.Source, emulated.Device.Cublas.Source, DeviceKind.Emulated, "changed") { CublasLt = light, CompilesInBulk = true },
        emulated.Ordinal,
        new CudaDeviceOptions { UseKernelCache = false });

    /// <summary>A library of which one function is another, or missing.</summary>
    private sealed class ChangedSource(ISymbolSource source, string name, nint address) : ISymbolSource
    {
        public SymbolLookup Find(in NativeFunction function) =>
            function.Name != name ? source.Find(function) : address == 0 ? SymbolLookup.Missing("the library is too old") : SymbolLookup.Found(address);
    }
}
