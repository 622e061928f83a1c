using System.Runtime.InteropServices;
using CudaKernels.Emulation;
using CudaKernels.Interop;

namespace CudaKernels.Tests;

/// <summary>A device with wgmma whose NVRTC does not compile for it: its kernels are those of mma.sync.</summary>
public sealed unsafe class OlderNvrtcTests
{
    [Fact]
    public void ProductsFallBackToMmaSync()
    {
        using var device = Open(new OlderNvrtc());
        var (a, b) = (new MatrixOperand(64, 64, false, 64), new MatrixOperand(64, 64, false, 64));
        Assert.False(device.HasWgmma);
        Assert.Equal(MatMulAlgorithm.TensorCore, MatMulChoice.Of<Half>(device, MatMulAlgorithm.Auto, a, b));
        Assert.Equal(MatMulAlgorithm.TensorCore, MatMulChoice.OfGrouped<Half>(device, MatMulAlgorithm.Auto, a, b));
        Assert.Equal(MatMulAlgorithm.TensorCore, MatMulChoice.OfFused<BFloat16>(device, MatMulAlgorithm.Auto, a, b, MatMulPrecision.Full, 1));
        Assert.Equal([MatMulAlgorithm.Simt, MatMulAlgorithm.TensorCore], MatMulChoice.Candidates<Half>(device, 64));
        Assert.Equal(QuantizedMatMulAlgorithm.TensorCore, QuantizedMatMulChoice.Of<sbyte>(device, QuantizedMatMulAlgorithm.Auto, 64, 64, 64));
        Assert.Equal(Conv2dAlgorithm.TensorCores, Convolution(device, Conv2dAlgorithm.Auto));
    }

    [Fact]
    public void WhatIsAskedForByNameIsRefusedWithTheCompilersVersion()
    {
        using var device = Open(new OlderNvrtc());
        var operand = new MatrixOperand(64, 64, false, 64);
        Refuses(() => MatMulChoice.Of<Half>(device, MatMulAlgorithm.Wgmma, operand, operand));
        Refuses(() => QuantizedMatMulChoice.Of<sbyte>(device, QuantizedMatMulAlgorithm.Wgmma, 64, 64, 64));
        Refuses(() => Convolution(device, Conv2dAlgorithm.Wgmma));
        var shape = new AttentionShape { Heads = 1, Group = 1, Queries = 64, Keys = 64, HeadDim = 64, ValueDim = 64 };
        Assert.Matches("needs an NVRTC that compiles for sm_90a", Assert.Throws<NotSupportedException>(() => AttentionChoice.Forward<Half>(device, shape, AttentionAlgorithm.Wgmma)).Message);

        void Refuses(Action call) => Assert.Matches($"need an NVRTC that compiles for sm_90a; this one, {device.Compiler.Version}, compiles for sm_75, sm_80, sm_89$", Assert.Throws<CudaNotSupportedException>(call).Message);
    }

    // Machine code of 8.9 would not run on 9.0, so that the driver translates PTX.
    [Fact]
    public void TheProductRuns()
    {
        Assert.SkipUnless(EmulatedDevice.IsSupported(out var reason), reason);
        using var device = Open(new OlderNvrtc());
        using var ones = device.CreateTensor<Half>([.. Enumerable.Repeat((Half)1, 16 * 16)], [16, 16]);
        using var y = device.CreateUninitializedTensor<Half>([16, 16]);
        ones.MatMul(ones, y);
        Assert.Equal(Enumerable.Repeat((Half)16, 16 * 16), y.ToArray());
    }

    // cuBLAS needs no compiler; and without one the kernel's own compilation tells best what is missing.
    [Fact]
    public void ACompilerThatDoesNotAnswerChangesNothing()
    {
        using var device = Open(new OlderNvrtc { Answers = false });
        Assert.True(device.HasWgmma);
        var operand = new MatrixOperand(64, 64, false, 64);
        Assert.Equal(MatMulAlgorithm.Wgmma, MatMulChoice.Of<Half>(device, MatMulAlgorithm.Wgmma, operand, operand));
    }

    private static Conv2dAlgorithm Convolution(CudaDevice device, Conv2dAlgorithm algorithm)
    {
        var options = new Conv2dOptions { Layout = ImageLayout.ChannelsLast, Algorithm = algorithm };
        return ConvolutionChoice.Of<Half>(device, options, ConvolutionShape.Of([1, 4, 4, 64], [64, 3, 3, 64], options), ConvolutionPass.Forward);
    }

    private static CudaDevice Open(OlderNvrtc nvrtc)
    {
        var software = SoftwareDriver.Lease(EmulationOptions.Default);
        var device = CudaDevice.Open(new CudaDeviceSources(new SoftwareDriverSource(), nvrtc, null, DeviceKind.Cuda, "chosen"), software.Ordinal);
        device.Disposed = software.Dispose;
        return device;
    }

    /// <summary>The software NVRTC, without the architectures from 9.0 on.</summary>
    private sealed class OlderNvrtc : ISymbolSource
    {
        private static readonly int[] s_architectures = [75, 80, 89];
        private readonly SoftwareNvrtcSource _whole = new();

        public bool Answers { get; init; } = true;

        public SymbolLookup Find(in NativeFunction function) => function.Name switch
        {
            "nvrtcGetNumSupportedArchs" when !Answers => SymbolLookup.Missing("it does not answer"),
            "nvrtcGetNumSupportedArchs" => SymbolLookup.Found((nint)(delegate* unmanaged<int*, nvrtcResult>)&Count),
            "nvrtcGetSupportedArchs" => SymbolLookup.Found((nint)(delegate* unmanaged<int*, nvrtcResult>)&Give),
            _ => _whole.Find(function),
        };

        [UnmanagedCallersOnly]
        private static nvrtcResult Count(int* count)
        {
            *count = s_architectures.Length;
            return nvrtcResult.NVRTC_SUCCESS;
        }

        [UnmanagedCallersOnly]
        private static nvrtcResult Give(int* architectures)
        {
            s_architectures.CopyTo(new Span<int>(architectures, s_architectures.Length));
            return nvrtcResult.NVRTC_SUCCESS;
        }
    }
}
