using CudaKernels.Emulation;

namespace CudaKernels.Tests;

/// <summary>Which kernel a quantised matrix product runs with, and what is refused.</summary>
public sealed class QuantizedMatMulChoiceTests
{
    [Theory]
    [InlineData(DeviceKind.Cuda, "9.0", 16, QuantizedMatMulAlgorithm.Wgmma, QuantizedMatMulAlgorithm.Wgmma)]
    [InlineData(DeviceKind.Cuda, "10.0", 16, QuantizedMatMulAlgorithm.TensorCore, QuantizedMatMulAlgorithm.TensorCore)]
    [InlineData(DeviceKind.Cuda, "8.9", 16, QuantizedMatMulAlgorithm.TensorCore, QuantizedMatMulAlgorithm.TensorCore)]
    [InlineData(DeviceKind.Cuda, "8.6", 16, QuantizedMatMulAlgorithm.TensorCore, QuantizedMatMulAlgorithm.Simt)]
    [InlineData(DeviceKind.Cuda, "7.5", 16, QuantizedMatMulAlgorithm.Simt, QuantizedMatMulAlgorithm.Simt)]
    [InlineData(DeviceKind.Cuda, "9.0", 15, QuantizedMatMulAlgorithm.Simt, QuantizedMatMulAlgorithm.Simt)]
    [InlineData(DeviceKind.Emulated, "9.0", 16, QuantizedMatMulAlgorithm.Simt, QuantizedMatMulAlgorithm.Simt)]
    public void Auto(DeviceKind kind, string capability, int length, QuantizedMatMulAlgorithm ofIntegers, QuantizedMatMulAlgorithm ofFloats)
    {
        using var device = Open(kind, capability);
        Assert.All<(nint M, nint N, nint K)>([(length, 64, 64), (64, length, 64), (64, 64, length)], shape =>
        {
            Assert.Equal(ofIntegers, QuantizedMatMulChoice.Of<sbyte>(device, QuantizedMatMulAlgorithm.Auto, shape.M, shape.N, shape.K));
            Assert.Equal(ofFloats, QuantizedMatMulChoice.Of<Float8E4M3>(device, QuantizedMatMulAlgorithm.Auto, shape.M, shape.N, shape.K));
            Assert.Equal(ofFloats, QuantizedMatMulChoice.Of<Float8E5M2>(device, QuantizedMatMulAlgorithm.Auto, shape.M, shape.N, shape.K));
        });
    }

    [Fact]
    public void WhatTheTensorCoresLackIsRefused()
    {
        using var old = Open(DeviceKind.Cuda, "7.5");
        Refuses<sbyte>(old, QuantizedMatMulAlgorithm.TensorCore, "8.0");
        Refuses<Float8E4M3>(old, QuantizedMatMulAlgorithm.TensorCore, "8.9");
        using var other = Open(DeviceKind.Cuda, "8.9");
        Refuses<sbyte>(other, QuantizedMatMulAlgorithm.Wgmma, "9.0");
        Assert.Equal(QuantizedMatMulAlgorithm.TensorCore, QuantizedMatMulChoice.Of<Float8E5M2>(other, QuantizedMatMulAlgorithm.TensorCore, 1, 1, 1));
        Assert.Equal(QuantizedMatMulAlgorithm.Simt, QuantizedMatMulChoice.Of<sbyte>(other, QuantizedMatMulAlgorithm.Simt, 64, 64, 64));
        Assert.Throws<ArgumentOutOfRangeException>(() => QuantizedMatMulChoice.Of<sbyte>(other, (QuantizedMatMulAlgorithm)4, 64, 64, 64));

        static void Refuses<T>(CudaDevice device, QuantizedMatMulAlgorithm algorithm, string needed) where T : unmanaged =>
            Assert.Contains(needed, Assert.Throws<CudaNotSupportedException>(() => QuantizedMatMulChoice.Of<T>(device, algorithm, 64, 64, 64)).Message, StringComparison.Ordinal);
    }

    // A tensor map takes rows of multiples of 16 bytes.
    [Theory]
    [InlineData(32, "quantization/quantized_gemm_wgmma.cu")]
    [InlineData(24, "quantization/quantized_gemm_mma.cu")]
    [InlineData(0, "quantization/quantized_gemm_mma.cu")]
    public void WgmmaTakesWhatTensorMapsTake(int k, string file)
    {
        Assert.SkipUnless(EmulatedDevice.IsSupported(out var reason), reason);
        var compiled = new List<string>();
        using var emulated = EmulatedDevice.Open(runtimeOptions: new CudaDeviceOptions { KernelText = (path, text) => { compiled.Add(path); return text; } });
        using var a = emulated.Device.CreateTensor<sbyte>([.. Enumerable.Repeat((sbyte)2, 3 * k)], [3, k]);
        using var one = emulated.Device.CreateTensor<float>([1], [1]);
        using var y = emulated.Device.CreateUninitializedTensor<float>([3, 3]);
        a.QuantizedMatMul(one, a, one, null, y, QuantizedMatMulAlgorithm.Wgmma);
        Assert.Equal(Enumerable.Repeat(4f * k, 9), y.ToArray());
        Assert.Equal([file], compiled);
        Assert.Empty(emulated.Reports);
    }

    [Theory]
    [InlineData(144, "quantization/block_scaled_gemm_wgmma.cu")]
    [InlineData(136, "quantization/block_scaled_gemm_mma.cu")]
    [InlineData(0, "quantization/block_scaled_gemm_mma.cu")]
    public void SoDoesItWithScalesOfBlocks(int k, string file)
    {
        Assert.SkipUnless(EmulatedDevice.IsSupported(out var reason), reason);
        var compiled = new List<string>();
        using var emulated = EmulatedDevice.Open(runtimeOptions: new CudaDeviceOptions { KernelText = (path, text) => { compiled.Add(path); return text; } });
        using var a = emulated.Device.CreateTensor([.. Enumerable.Repeat(Float8E4M3.One, 3 * k)], [3, k]);
        using var b = emulated.Device.CreateTensor([.. Enumerable.Repeat((Float8E5M2)2f, 3 * k)], [3, k]);
        using var scale = emulated.Device.CreateTensor([.. Enumerable.Repeat(0.5f, 3 * ((k + 127) / 128))], [3, (k + 127) / 128]);
        using var rightScale = emulated.Device.CreateTensor<float>(k == 0 ? [] : [1, 10], [1, (k + 127) / 128]);
        using var y = emulated.Device.CreateUninitializedTensor<float>([3, 3]);
        a.BlockScaledMatMul(scale, b, rightScale, null, y, QuantizedMatMulAlgorithm.Wgmma);
        Assert.Equal(Enumerable.Repeat(k == 0 ? 0f : 128 + (10 * (k - 128)), 9), y.ToArray());
        Assert.Equal([file], compiled);
        Assert.Empty(emulated.Reports);
    }

    private static CudaDevice Open(DeviceKind kind, string capability)
    {
        var software = SoftwareDriver.Lease(new EmulationOptions { ComputeCapability = new Version(capability) });
        var device = CudaDevice.Open(new CudaDeviceSources(new SoftwareDriverSource(), new SoftwareNvrtcSource(), null, kind, "chosen"), software.Ordinal);
        device.Disposed = software.Dispose;
        return device;
    }
}
