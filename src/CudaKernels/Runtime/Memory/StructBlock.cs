using System.Runtime.InteropServices;

namespace CudaKernels;

/// <summary>A copy of a struct that kernels take by value, in memory of the host that does not move; freed when no argument holds it any more. It belongs to no device.</summary>
internal sealed unsafe class StructBlock(nuint byteCount) : MemoryBlock(null!, (nuint)NativeMemory.Alloc(byteCount), byteCount)
{
    protected override void Free() => NativeMemory.Free((void*)Address);

    protected override void Abandon() => Free();
}
