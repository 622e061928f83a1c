using System.Runtime.InteropServices;
using CudaKernels.Interop;

namespace CudaKernels.Cli.Kernels;

/// <summary>The device memory of an argument of <c>run</c>, whose launch compares its elements with what the kernel's parameter points to.</summary>
internal abstract class RunBuffer : IDisposable
{
    /// <summary>Memory for so many elements.</summary>
    public static RunBuffer Create<T>(CudaDevice device, int count) where T : unmanaged => new Of<T>(device, count);

    /// <summary>The memory as an argument.</summary>
    public abstract KernelArgument Argument { get; }

    /// <summary>Where it is.</summary>
    public abstract CUdeviceptr Address { get; }

    /// <summary>Its bytes.</summary>
    public abstract long ByteCount { get; }

    /// <summary>Copies whole elements to the device.</summary>
    public abstract void CopyFrom(ReadOnlySpan<byte> bytes);

    /// <summary>Waits for the kernel and copies all elements back.</summary>
    public abstract void CopyTo(Span<byte> bytes);

    public abstract void Dispose();

    private sealed class Of<T>(CudaDevice device, int count) : RunBuffer where T : unmanaged
    {
        private readonly DeviceBuffer<T> _memory = device.CreateBuffer<T>(count);

        public override KernelArgument Argument => _memory;

        public override CUdeviceptr Address => _memory.Address;

        public override unsafe long ByteCount => _memory.Length * sizeof(T);

        public override void CopyFrom(ReadOnlySpan<byte> bytes) => _memory.CopyFrom(MemoryMarshal.Cast<byte, T>(bytes));

        public override void CopyTo(Span<byte> bytes) => _memory.CopyTo(MemoryMarshal.Cast<byte, T>(bytes));

        public override void Dispose() => _memory.Dispose();
    }
}
