using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>The driver's functions about errors and entry points.</summary>
internal static unsafe class ErrorCalls
{
    private const int SymbolNotFound = 1;
    private const int VersionNotSufficient = 2;

    public static CUresult cuGetErrorName(CUresult error, byte** pStr)
    {
        if (!IsKnown(error, pStr))
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        *pStr = (byte*)NativeText.Keep(error.ToString());
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuGetErrorString(CUresult error, byte** pStr)
    {
        if (!IsKnown(error, pStr))
            return CUresult.CUDA_ERROR_INVALID_VALUE;

        // The name in words: CUDA_ERROR_INVALID_VALUE is "invalid value".
        var words = error == CUresult.CUDA_SUCCESS ? "no error" : error.ToString()["CUDA_ERROR_".Length..].ToLowerInvariant().Replace('_', ' ');
        *pStr = (byte*)NativeText.Keep(words);
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuGetProcAddress(byte* symbol, void** pfn, int cudaVersion, ulong flags, CUdriverProcAddressQueryResult* symbolStatus)
    {
        if (symbol is null || pfn is null)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        *pfn = null;
        if (cudaVersion > SoftwareDriver.Version)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        var status = Find(NativeText.Read(symbol), cudaVersion, out var address);
        *pfn = (void*)address;
        if (symbolStatus is not null)
            *symbolStatus = (CUdriverProcAddressQueryResult)status;
        return CUresult.CUDA_SUCCESS;
    }

    // The text of a code that does not exist is null, so that none of an earlier call is read.
    private static bool IsKnown(CUresult error, byte** pStr)
    {
        if (pStr is not null)
            *pStr = null;
        return pStr is not null && Enum.IsDefined(error);
    }

    private static int Find(string name, int version, out nint address)
    {
        address = 0;
        var (status, pin) = (SymbolNotFound, -1);
        foreach (var function in DriverApi.Functions)
        {
            if (function.LookupName != name || !SoftwareDriverSource.Entries.TryGetValue(function.Name, out var entry))
                continue;
            if (function.Pin > version)
            {
                status = address == 0 ? VersionNotSufficient : status;
                continue;
            }

            if (function.Pin > pin)
                (status, pin, address) = (0, function.Pin, entry);
        }

        return status;
    }
}
