using System.Runtime.InteropServices;

namespace CudaKernels.Emulation;

/// <summary>A list that native code reads; it lives as long as the process.</summary>
internal readonly unsafe struct NativeList<T> where T : unmanaged
{
    public NativeList(IReadOnlyList<T> items)
    {
        Count = items.Count;
        Pointer = (T*)NativeMemory.Alloc((nuint)Math.Max(Count, 1), (nuint)sizeof(T));
        for (var i = 0; i < Count; i++)
        {
            Pointer[i] = items[i];
        }
    }

    public T* Pointer { get; }

    public int Count { get; }
}
