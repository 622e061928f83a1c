using CudaKernels.Interop;

namespace CudaKernels.Tests.Runtime;

/// <summary>Memory that others have allocated, as buffers and tensors, and what the raw layer sees of tensors.</summary>
public sealed unsafe class ForeignMemoryTests : FakeDriverTests
{
    [Fact]
    public void WrappedMemory_IsUsedAndNotFreed()
    {
        using var device = FakeDriver.Open();
        CUdeviceptr memory;
        device.Driver.cuMemAlloc(&memory, 64);
        var live = FakeDriver.LiveDeviceAllocations;
        using (var tensor = device.WrapTensor<int>(new CUdeviceptr(memory.Value + 16), [3, 4]))
        using (var buffer = device.WrapBuffer<int>(memory, 16))
        {
            Assert.Equal(memory.Value + 16, tensor.Address.Value);
            tensor.CopyFrom([.. Enumerable.Range(0, 12)]);
            using var column = tensor.Slice(.., 1..2);
            Assert.Equal(memory.Value + 20, column.Address.Value);
            Assert.Equal([0, 11], buffer.ToArray()[4..].Where((_, i) => i is 0 or 11));
        }

        Assert.Equal(live, FakeDriver.LiveDeviceAllocations);
        Assert.Empty(device.CreateLeakReport().Allocations);
        device.Driver.cuMemFree(memory);
    }

    [Fact]
    public void WrappedMemory_IsOrderedBetweenStreams()
    {
        using var device = OpenWithSaxpy(out var kernel);
        using var side = device.CreateStream();
        using var own = device.CreateBuffer<float>(8, side);
        using var wrapped = device.WrapBuffer<float>(own.Address, 8); // by default in the order of the default stream
        FakeDriver.Records = true;
        side.Launch(kernel, LaunchConfig.Cover(8), own, wrapped, 1f, 8);
        Assert.Equal([$"cuEventRecord {device.DefaultStream.Handle.Value}", $"cuStreamWaitEvent {side.Handle.Value}"], Ordering());
    }

    [Fact]
    public void WhatIsNoMemory_IsRefused()
    {
        using var device = FakeDriver.Open();
        Assert.Throws<ArgumentException>(() => device.WrapBuffer<int>(default, 1));
        Assert.Contains("multiples", Assert.Throws<ArgumentException>(() => device.WrapTensor<int>(new CUdeviceptr(0x1002), [1])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => device.WrapBuffer<int>(new CUdeviceptr(0x1000), -1));
        Assert.Equal(0, device.WrapTensor<int>(default, [0, 3]).FlattenedLength);
        using var managed = new CpuDevice();
        using var tensor = managed.CreateTensor<float>([1]);
        Assert.Throws<NotSupportedException>(() => tensor.Address);
    }
}
