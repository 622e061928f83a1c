using System.Runtime.InteropServices;

namespace CudaKernels;

/// <summary>A chunk of one of many tensors, as kernels/common/tensor_table.cuh has it.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct TensorChunk(nuint Data, long Count)
{
    /// <summary>The most elements of a chunk: enough work for a block of 256 threads, few enough that small networks have blocks for a whole GPU.</summary>
    public const int MaxCount = 4096;

    /// <summary>How many chunks a tensor has.</summary>
    public static long Chunks(nint elements) => ((long)elements + MaxCount - 1) / MaxCount;
}

/// <summary>A chunk of a parameter with its gradient and state, as kernels/common/tensor_table.cuh has it; 0 where there is no such tensor.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct ParameterChunk(nuint Parameter, nuint Gradient, nuint Master, nuint First, nuint Second, long Count)
{
    /// <summary>A part of it.</summary>
    public ParameterChunk Slice<T, TState>(long start, long count) where T : unmanaged where TState : unmanaged
    {
        return new ParameterChunk(After<T>(Parameter), After<T>(Gradient), After<TState>(Master), After<TState>(First), After<TState>(Second), count);

        nuint After<TElement>(nuint address) where TElement : unmanaged => address == 0 ? 0 : address + ((nuint)start * (nuint)ElementType<TElement>.Size);
    }
}
