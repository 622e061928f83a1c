using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace CudaKernels.Emulation;

/// <summary>C strings that are given out and live as long as the process, each text once.</summary>
internal static class NativeText
{
    private static readonly ConcurrentDictionary<string, nint> s_kept = new(StringComparer.Ordinal);

    public static nint Keep(string text) => s_kept.GetOrAdd(text, Marshal.StringToCoTaskMemUTF8);

    public static unsafe string Read(byte* text) => Marshal.PtrToStringUTF8((nint)text) ?? throw new DriverError(Interop.CUresult.CUDA_ERROR_INVALID_VALUE);
}
