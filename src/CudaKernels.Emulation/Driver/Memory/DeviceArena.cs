using System.Runtime.InteropServices;

namespace CudaKernels.Emulation;

/// <summary>Takes the bytes behind allocations from the host.</summary>
internal static unsafe class DeviceArena
{
    /// <summary>The alignment that a real driver gives.</summary>
    public const nuint Alignment = 512;

    /// <summary>What fresh memory holds: NaN in every floating-point type, so that a read of it shows.</summary>
    private const byte Poison = 0xFF;

    /// <summary>The engine's own arena, whose allocations end at an inaccessible page; null where there is no compiler, and so no kernel.</summary>
    private static readonly Lazy<NativeRuntime?> s_runtime = new(() => NativeRuntime.TryLoad(out var runtime, out _) ? runtime : null);

    /// <summary>Device memory, or the host's where the engine is not there.</summary>
    /// <returns>0 when there is no room.</returns>
    public static nuint Allocate(nuint size) => s_runtime.Value is { } runtime ? runtime.Allocate(size, Alignment) : AllocateHost(size);

    /// <summary>Tells the checking mode that the host has written device memory.</summary>
    public static void NoteWritten(void* memory, nuint bytes) => s_runtime.Value?.NoteWritten(memory, bytes);

    /// <summary>Tells the checking mode of a copy to device memory.</summary>
    public static void NoteCopied(void* to, void* from, nuint bytes) => s_runtime.Value?.NoteCopied(to, from, bytes);

    /// <summary>Tells the checking mode of host memory that kernels may use; 0 bytes: not any more.</summary>
    public static void NoteHostRange(nuint address, nuint bytes) => s_runtime.Value?.NoteHostRange(address, bytes);

    /// <summary>Gives back what <see cref="Allocate"/> gave.</summary>
    public static void Free(nuint address, nuint size)
    {
        if (s_runtime.Value is { } runtime)
            runtime.Free(address, size);
        else
            FreeHost(address);
    }

    /// <summary>Memory of the host, poisoned as device memory is.</summary>
    public static nuint AllocateHost(nuint size)
    {
        var memory = NativeMemory.AlignedAlloc(size, Alignment);
        NativeMemory.Fill(memory, size, Poison);
        return (nuint)memory;
    }

    /// <summary>Gives back what <see cref="AllocateHost"/> gave.</summary>
    public static void FreeHost(nuint address) => NativeMemory.AlignedFree((void*)address);
}
