using System.Runtime.InteropServices;

namespace CudaKernels.Interop;

/// <summary>Asks a loaded library for its version.</summary>
internal static unsafe class LibraryVersion
{
    private const int VersionTextLength = 80;

    /// <summary>The version in words such as 12.4 or 12.8.4, or null when the library does not say.</summary>
    /// <param name="kind">The library.</param>
    /// <param name="export">Gives the address of an exported function, or 0.</param>
    public static string? Read(NativeLibraryKind kind, Func<string, nint> export)
    {
        switch (kind)
        {
            case NativeLibraryKind.Driver:
                return ReadDriver(export) is int code ? CudaText(code) : null;
            case NativeLibraryKind.Nvrtc:
            case NativeLibraryKind.NvJitLink:
                return ReadPair(export(kind == NativeLibraryKind.Nvrtc ? "nvrtcVersion" : "nvJitLinkVersion"));
            case NativeLibraryKind.Cublas:
                return ReadCublas(export("cublasGetProperty"));
            case NativeLibraryKind.CublasLt:
                return ReadCublasLt(export("cublasLtGetVersion"));
            case NativeLibraryKind.Nvml:
                return ReadNvml(export("nvmlInit_v2"), export("nvmlSystemGetNVMLVersion"), export("nvmlShutdown"));
            case NativeLibraryKind.Nccl:
                return ReadNccl(export("ncclGetVersion"));
            default:
                return null;
        }
    }

    /// <summary>The CUDA version that a driver runs (12040 is 12.4), or null when it does not say.</summary>
    public static int? ReadDriver(Func<string, nint> export)
    {
        nint address = export("cuDriverGetVersion");
        int code = 0;
        return address != 0 && ((delegate* unmanaged<int*, CUresult>)address)(&code) == CUresult.CUDA_SUCCESS && code > 0 ? code : null;
    }

    /// <summary>A version code in words: 12040 is 12.4.</summary>
    public static string CudaText(int code) => $"{code / 1000}.{code % 1000 / 10}";

    private static string? ReadPair(nint address)
    {
        int major = 0;
        int minor = 0;
        return address != 0 && ((delegate* unmanaged<int*, int*, int>)address)(&major, &minor) == 0 ? $"{major}.{minor}" : null;
    }

    private static string? ReadCublas(nint address)
    {
        if (address == 0)
            return null;
        var get = (delegate* unmanaged<libraryPropertyType, int*, cublasStatus_t>)address;
        int major = 0;
        int minor = 0;
        int patch = 0;
        bool isRead = get(libraryPropertyType.MAJOR_VERSION, &major) == cublasStatus_t.CUBLAS_STATUS_SUCCESS
            && get(libraryPropertyType.MINOR_VERSION, &minor) == cublasStatus_t.CUBLAS_STATUS_SUCCESS
            && get(libraryPropertyType.PATCH_LEVEL, &patch) == cublasStatus_t.CUBLAS_STATUS_SUCCESS;
        return isRead ? $"{major}.{minor}.{patch}" : null;
    }

    // major * 10000 + minor * 100 + patch
    private static string? ReadCublasLt(nint address)
    {
        if (address == 0)
            return null;
        ulong code = ((delegate* unmanaged<nuint>)address)();
        return $"{code / 10000}.{code / 100 % 100}.{code % 100}";
    }

    private static string? ReadNccl(nint address)
    {
        int code = 0;
        return address != 0 && ((delegate* unmanaged<int*, ncclResult_t>)address)(&code) == ncclResult_t.ncclSuccess
            ? $"{code / 10000}.{code / 100 % 100}.{code % 100}"
            : null;
    }

    private static string? ReadNvml(nint initialize, nint version, nint shutDown)
    {
        if (initialize == 0 || version == 0 || shutDown == 0)
            return null;
        if (((delegate* unmanaged<nvmlReturn_t>)initialize)() != nvmlReturn_t.NVML_SUCCESS)
            return null;
        byte* text = stackalloc byte[VersionTextLength];
        nvmlReturn_t result = ((delegate* unmanaged<byte*, uint, nvmlReturn_t>)version)(text, VersionTextLength);
        ((delegate* unmanaged<nvmlReturn_t>)shutDown)();
        return result == nvmlReturn_t.NVML_SUCCESS ? Marshal.PtrToStringUTF8((nint)text) : null;
    }
}
