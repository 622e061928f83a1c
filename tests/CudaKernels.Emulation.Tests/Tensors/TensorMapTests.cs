using CudaKernels.Interop;

namespace CudaKernels.Tests;

/// <summary>Tensor maps from the host's side: what is refused with the value that was got, what the driver itself refuses, and how launches take them.</summary>
public sealed class TensorMapTests
{
    private const string Source = """
        #include "common/ptx/tensor_map.cuh"

        // Parameters around the map show its place and alignment.
        extern "C" __global__ void describe(unsigned long long* out, int before, const __grid_constant__ ptx::TensorMap map, int after) {
          out[0] = before;
          out[1] = (unsigned long long)&map % 64;
          out[2] = after;
          for (int i = 0; i < 16; ++i) out[3 + i] = map.opaque[i];
        }
        """;

    [Fact]
    public void AMapTellsWhatItDescribes()
    {
        using var session = new Session();
        using var tensor = session.Device.CreateTensor<Half>(new Half[6 * 10 * 24], [6, 10, 24]);
        using var map = tensor.CreateTensorMap([2, 4, 16], new TensorMapOptions { Swizzle = TensorMapSwizzle.Bytes32, ElementStrides = [1, 3, 1] });
        Assert.Equal(TensorMapElement.Float16, map.Element);
        Assert.Equal([6, 10, 24], map.Lengths);
        Assert.Equal([480, 48], map.ByteStrides);
        Assert.Equal([2, 4, 16], map.Box);
        Assert.Equal(2 * 2 * 16 * 2, map.TileBytes);
        Assert.Null(map.Window);
        Assert.Contains("Float16[6, 10, 24]", map.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void AKernelTakesItByValueAligned()
    {
        using var session = new Session();
        using var tensor = session.Device.CreateTensor<float>(new float[64], [8, 8]);
        using var map = tensor.CreateTensorMap([8, 8]);
        using var output = session.Device.CreateBuffer<ulong>(19);
        session.Device.DefaultStream.Launch(session.Kernel, new LaunchConfig(1, 1), output, 7, map, 9);
        var words = output.ToArray();
        Assert.Equal([7, 0, 9], words[..3]);
        Assert.Equal(tensor.Block.Address, (nuint)words[3]);
    }

    [Fact]
    public void ALaunchAllocatesNothing()
    {
        using var session = new Session();
        using var tensor = session.Device.CreateTensor<float>(new float[64], [8, 8]);
        using var map = tensor.CreateTensorMap([8, 8]);
        using var output = session.Device.CreateBuffer<ulong>(19);
        var stream = session.Device.DefaultStream;
        Allocations.RequireNone(session.Device, () => stream.Launch(session.Kernel, new LaunchConfig(1, 1), output, 7, map.AsReadOnly(), 9));
    }

    [Fact]
    public void AMapHoldsItsMemoryUntilItIsDisposed()
    {
        using var session = new Session();
        var tensor = session.Device.CreateTensor<float>([.. Enumerable.Range(0, 64).Select(i => (float)i)], [8, 8]);
        var map = tensor.CreateTensorMap([8, 8]);
        tensor.Dispose();
        using var output = session.Device.CreateBuffer<ulong>(19);
        session.Device.DefaultStream.Launch(session.Kernel, new LaunchConfig(1, 1), output, 7, map, 9);
        session.Device.Synchronize();
        Assert.Empty(session.Reports);
        map.Dispose();
        map.Dispose();
        Assert.Throws<ObjectDisposedException>(() => session.Device.DefaultStream.Launch(session.Kernel, new LaunchConfig(1, 1), output, 7, map, 9));
        Assert.Throws<ObjectDisposedException>(() => tensor.CreateTensorMap([8, 8]));
    }

    [Fact]
    public void WhatTheCopyEngineDoesNotTakeIsRefusedWithTheValue()
    {
        using var session = new Session();
        var device = session.Device;
        using var tensor = device.CreateTensor<float>(new float[16 * 16], [16, 16]);
        using var narrow = device.CreateTensor<float>(new float[16 * 15], [16, 15]);
        using var turned = tensor.TransposeView();
        using var scalar = device.CreateScalar(1f);
        using var empty = device.CreateTensor<float>([], [0, 16]);
        using var deep = device.CreateTensor<float>(new float[8], [1, 1, 1, 1, 1, 8]);
        using var odd = tensor.Slice(.., 1..);
        using var bytes = device.CreateTensor<byte>(new byte[256], [16, 16]);

        Refused("the box has 1 dimensions, the tensor 2", () => tensor.CreateTensorMap([16]));
        Refused("the box is 0 wide in dimension 0", () => tensor.CreateTensorMap([0, 16]));
        Refused("the box is 257 wide in dimension 0", () => tensor.CreateTensorMap([257, 16]));
        Refused("3 elements of Float32, 12 bytes", () => tensor.CreateTensorMap([16, 3]));
        Refused("16 elements of Float32, 64 bytes; a swizzle of 32 bytes", () => tensor.CreateTensorMap([16, 16], new TensorMapOptions { Swizzle = TensorMapSwizzle.Bytes32 }));
        Refused("the byte stride of dimension 0 is 60", () => narrow.CreateTensorMap([16, 8]));
        Refused("the innermost elements lie 16 apart", () => turned.CreateTensorMap([16, 16]));
        Refused("1 to 5 dimensions, got 0", () => scalar.CreateTensorMap([]));
        Refused("1 to 5 dimensions, got 6", () => deep.CreateTensorMap([1, 1, 1, 1, 1, 8]));
        Assert.ThrowsAny<ArgumentException>(() => empty.CreateTensorMap([1, 16]));
        Refused("needs a multiple of 16 bytes", () => odd.CreateTensorMap([16, 8]));
        Refused("UInt8 has no NaN", () => bytes.CreateTensorMap([16, 16], new TensorMapOptions { Fill = TensorMapFill.NaN }));
        Refused("the element stride of dimension 0 is 9; a tensor map takes 1 to 8", () => tensor.CreateTensorMap([16, 16], new TensorMapOptions { ElementStrides = [9, 1] }));
        Refused("the element stride of dimension 1 is 2; a tensor map takes 1 to 1", () => tensor.CreateTensorMap([16, 16], new TensorMapOptions { ElementStrides = [1, 2] }));
        Refused("3 element strides were given for 2 dimensions", () => tensor.CreateTensorMap([16, 16], new TensorMapOptions { ElementStrides = [1, 1, 1] }));
        Refused("2 byte strides, of all dimensions but the innermost; got 1", () => TensorMap.Create(device, new CUdeviceptr(tensor.Block.Address), TensorMapElement.Float32, [2, 8, 16], [64], [1, 1, 16]));
        Refused("needs a multiple of 16 bytes", () => TensorMap.Create(device, default, TensorMapElement.Float32, [16], [], [16]));
        Refused("3 to 5 dimensions, got 2", () => tensor.CreateTensorMap([16, 16], new TensorMapOptions { Interleave = TensorMapInterleave.Bytes16 }));
    }

    [Fact]
    public void AWindowThatTheCopyEngineDoesNotTakeIsRefusedWithTheValue()
    {
        using var session = new Session();
        using var image = session.Device.CreateTensor<float>(new float[2 * 6 * 7 * 8], [2, 6, 7, 8]);
        var window = new TensorMapWindow { LowerCorner = [-1, -1], UpperCorner = [-1, -1], ChannelsPerPixel = 8, PixelsPerColumn = 16 };
        using var map = image.CreateTensorMap(window);
        Assert.Equal([16, 8], map.Box);
        Refused("2 spatial ones", () => image.CreateTensorMap(window with { LowerCorner = [0] }));
        Refused("a tensor map takes -128 to 127", () => image.CreateTensorMap(window with { LowerCorner = [0, -129] }));
        Refused("the window is empty in spatial dimension 0", () => image.CreateTensorMap(window with { UpperCorner = [-7, 0] }));
        Refused("takes 257 channels", () => image.CreateTensorMap(window with { ChannelsPerPixel = 257 }));
        Refused("takes 1025 pixels", () => image.CreateTensorMap(window with { PixelsPerColumn = 1025 }));
        Refused("6 elements of Float32, 24 bytes", () => image.CreateTensorMap(window with { ChannelsPerPixel = 6 }));
        using var matrix = session.Device.CreateTensor<float>(new float[64], [8, 8]);
        Refused("3 to 5 dimensions, got 2", () => matrix.CreateTensorMap(window));
    }

    [Fact]
    public void AnOlderDeviceHasNoTensorMaps()
    {
        using var session = new Session(new EmulationOptions { ComputeCapability = new Version(8, 0) });
        using var tensor = session.Device.CreateTensor<float>(new float[64], [8, 8]);
        Assert.Throws<CudaNotSupportedException>(() => tensor.CreateTensorMap([8, 8]));
        using var managed = new CpuDevice();
        using var host = managed.CreateTensor<float>(new float[64], [8, 8]);
        Assert.Throws<NotSupportedException>(() => host.CreateTensorMap([8, 8]));
    }

    // The raw calls, without the checks above them.
    [Fact]
    public unsafe void TheDriverRefusesWhatItsRulesForbid()
    {
        using var session = new Session();
        using var buffer = session.Device.CreateBuffer<float>(new float[1024]);
        session.Device.Enter();
        var place = stackalloc byte[256];
        var aligned = (CUtensorMap*)(((nuint)place + 63) & ~(nuint)63);

        Assert.Equal(CUresult.CUDA_SUCCESS, Encode());
        Assert.Equal(CUresult.CUDA_ERROR_INVALID_VALUE, Encode(misaligned: true));
        Assert.Equal(CUresult.CUDA_ERROR_INVALID_VALUE, Encode(rank: 6));
        Assert.Equal(CUresult.CUDA_ERROR_INVALID_VALUE, Encode(rank: 0));
        Assert.Equal(CUresult.CUDA_ERROR_INVALID_VALUE, Encode(shift: 8));
        Assert.Equal(CUresult.CUDA_ERROR_INVALID_VALUE, Encode(length: 0));
        Assert.Equal(CUresult.CUDA_ERROR_INVALID_VALUE, Encode(length: (1UL << 32) + 1));
        Assert.Equal(CUresult.CUDA_ERROR_INVALID_VALUE, Encode(stride: 120));
        Assert.Equal(CUresult.CUDA_ERROR_INVALID_VALUE, Encode(stride: 1UL << 40));
        Assert.Equal(CUresult.CUDA_ERROR_INVALID_VALUE, Encode(box: 0));
        Assert.Equal(CUresult.CUDA_ERROR_INVALID_VALUE, Encode(box: 257));
        Assert.Equal(CUresult.CUDA_ERROR_INVALID_VALUE, Encode(box: 3));
        Assert.Equal(CUresult.CUDA_ERROR_INVALID_VALUE, Encode(box: 16, swizzle: CUtensorMapSwizzle.CU_TENSOR_MAP_SWIZZLE_32B));
        Assert.Equal(CUresult.CUDA_ERROR_INVALID_VALUE, Encode(step: 9));
        Assert.Equal(CUresult.CUDA_ERROR_INVALID_VALUE, Encode(element: (CUtensorMapDataType)99));
        Assert.Equal(CUresult.CUDA_ERROR_INVALID_VALUE, Encode(element: CUtensorMapDataType.CU_TENSOR_MAP_DATA_TYPE_INT32, fill: CUtensorMapFloatOOBfill.CU_TENSOR_MAP_FLOAT_OOB_FILL_NAN_REQUEST_ZERO_FMA));
        Assert.Equal(CUresult.CUDA_SUCCESS, Encode());
        Assert.Equal(CUresult.CUDA_SUCCESS, session.Device.Driver.cuTensorMapReplaceAddress(aligned, (void*)(buffer.Address.Value + 64)));
        Assert.Equal(buffer.Address.Value + 64, aligned->opaque[0]);
        Assert.Equal(CUresult.CUDA_ERROR_INVALID_VALUE, session.Device.Driver.cuTensorMapReplaceAddress(aligned, (void*)(buffer.Address.Value + 4)));

        CUresult Encode(
            bool misaligned = false, uint rank = 2, ulong shift = 0, ulong length = 32, ulong stride = 128, uint box = 8, uint step = 1, CUtensorMapDataType element = CUtensorMapDataType.CU_TENSOR_MAP_DATA_TYPE_FLOAT32,
            CUtensorMapSwizzle swizzle = CUtensorMapSwizzle.CU_TENSOR_MAP_SWIZZLE_NONE, CUtensorMapFloatOOBfill fill = CUtensorMapFloatOOBfill.CU_TENSOR_MAP_FLOAT_OOB_FILL_NONE)
        {
            var lengths = stackalloc ulong[] { length, 32, 1, 1, 1, 1 };
            var strides = stackalloc ulong[] { stride, 4096, 4096, 4096, 4096 };
            var boxes = stackalloc uint[] { box, 8, 1, 1, 1, 1 };
            var steps = stackalloc uint[] { 1, step, 1, 1, 1, 1 };
            return session.Device.Driver.cuTensorMapEncodeTiled(
                misaligned ? (CUtensorMap*)((byte*)aligned + 32) : aligned, element, rank, (void*)(buffer.Address.Value + shift), lengths, strides, boxes, steps,
                CUtensorMapInterleave.CU_TENSOR_MAP_INTERLEAVE_NONE, swizzle, CUtensorMapL2promotion.CU_TENSOR_MAP_L2_PROMOTION_NONE, fill);
        }
    }

    private static void Refused(string text, Action create) => Assert.Contains(text, Assert.ThrowsAny<ArgumentException>(create).Message, StringComparison.Ordinal);

    private sealed class Session : IDisposable
    {
        private readonly EmulatedDevice _emulated;
        private readonly Lazy<CudaModule> _module;

        public Session(EmulationOptions? options = null)
        {
            Assert.SkipUnless(EngineRun.CompilerIsThere(out var reason), reason ?? "");
            _emulated = EmulatedDevice.Open(options ?? new EmulationOptions());
            _module = new(() => Device.Compile(KernelSource.FromString("describe.cu", Source)));
        }

        public CudaDevice Device => _emulated.Device;

        public CudaKernel Kernel => _module.Value.GetKernel("describe");

        public IReadOnlyList<EmulationReport> Reports => _emulated.Reports;

        public void Dispose()
        {
            if (_module.IsValueCreated)
                _module.Value.Dispose();
            _emulated.Dispose();
        }
    }
}
