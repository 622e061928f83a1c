using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>The functions of cuBLAS about its handle.</summary>
internal static unsafe class HandleCalls
{
    // cuBLAS 13.0.
    private const int Version = 130000;

    public static cublasStatus_t cublasCreate(cublasHandle_t* handle)
    {
        if (handle is null)
            return cublasStatus_t.CUBLAS_STATUS_INVALID_VALUE;
        var context = ContextStack.Require();
        StreamSubmission.RefuseDuringCapture(context);
        *handle = new cublasHandle_t(context.Device.Handles.Add(new BlasHandle(context)));
        return cublasStatus_t.CUBLAS_STATUS_SUCCESS;
    }

    public static cublasStatus_t cublasDestroy(cublasHandle_t handle)
    {
        var found = BlasHandle.Find(handle);
        found.Context.Device.Handles.Remove(found);
        return cublasStatus_t.CUBLAS_STATUS_SUCCESS;
    }

    public static cublasStatus_t cublasGetVersion(cublasHandle_t handle, int* version)
    {
        if (version is null)
            return cublasStatus_t.CUBLAS_STATUS_INVALID_VALUE;
        *version = Version;
        return cublasStatus_t.CUBLAS_STATUS_SUCCESS;
    }

    public static cublasStatus_t cublasGetProperty(libraryPropertyType type, int* value)
    {
        if (value is null)
            return cublasStatus_t.CUBLAS_STATUS_INVALID_VALUE;
        *value = (int)type == 0 ? Version / 10000 : 0;
        return cublasStatus_t.CUBLAS_STATUS_SUCCESS;
    }

    public static nuint cublasGetCudartVersion() => SoftwareDriver.Version;

    public static cublasStatus_t cublasSetStream(cublasHandle_t handle, CUstream streamId)
    {
        StreamSubmission.Resolve(streamId);
        BlasHandle.Find(handle).Stream = streamId;
        return cublasStatus_t.CUBLAS_STATUS_SUCCESS;
    }

    public static cublasStatus_t cublasGetStream(cublasHandle_t handle, CUstream* streamId)
    {
        var found = BlasHandle.Find(handle);
        if (streamId is null)
            return cublasStatus_t.CUBLAS_STATUS_INVALID_VALUE;
        *streamId = found.Stream;
        return cublasStatus_t.CUBLAS_STATUS_SUCCESS;
    }

    /// <summary>The workspace is not used; it has to be the device's memory all the same.</summary>
    public static cublasStatus_t cublasSetWorkspace(cublasHandle_t handle, void* workspace, nuint workspaceSizeInBytes)
    {
        BlasHandle.Find(handle);
        var isValid = workspaceSizeInBytes == 0 || (AllocationMap.Find((nuint)workspace) is { } memory && memory.Contains((nuint)workspace, workspaceSizeInBytes) && (nuint)workspace % 256 == 0);
        return isValid ? cublasStatus_t.CUBLAS_STATUS_SUCCESS : cublasStatus_t.CUBLAS_STATUS_INVALID_VALUE;
    }

    public static cublasStatus_t cublasSetMathMode(cublasHandle_t handle, cublasMath_t mode)
    {
        BlasHandle.Find(handle).MathMode = mode;
        return cublasStatus_t.CUBLAS_STATUS_SUCCESS;
    }

    public static cublasStatus_t cublasGetMathMode(cublasHandle_t handle, cublasMath_t* mode)
    {
        var found = BlasHandle.Find(handle);
        if (mode is null)
            return cublasStatus_t.CUBLAS_STATUS_INVALID_VALUE;
        *mode = found.MathMode;
        return cublasStatus_t.CUBLAS_STATUS_SUCCESS;
    }

    public static cublasStatus_t cublasSetPointerMode(cublasHandle_t handle, cublasPointerMode_t mode)
    {
        if (!Enum.IsDefined(mode))
            return cublasStatus_t.CUBLAS_STATUS_INVALID_VALUE;
        BlasHandle.Find(handle).PointerMode = mode;
        return cublasStatus_t.CUBLAS_STATUS_SUCCESS;
    }

    public static cublasStatus_t cublasGetPointerMode(cublasHandle_t handle, cublasPointerMode_t* mode)
    {
        var found = BlasHandle.Find(handle);
        if (mode is null)
            return cublasStatus_t.CUBLAS_STATUS_INVALID_VALUE;
        *mode = found.PointerMode;
        return cublasStatus_t.CUBLAS_STATUS_SUCCESS;
    }

    public static cublasStatus_t cublasSetAtomicsMode(cublasHandle_t handle, cublasAtomicsMode_t mode)
    {
        BlasHandle.Find(handle).AtomicsMode = mode;
        return cublasStatus_t.CUBLAS_STATUS_SUCCESS;
    }

    public static cublasStatus_t cublasGetAtomicsMode(cublasHandle_t handle, cublasAtomicsMode_t* mode)
    {
        var found = BlasHandle.Find(handle);
        if (mode is null)
            return cublasStatus_t.CUBLAS_STATUS_INVALID_VALUE;
        *mode = found.AtomicsMode;
        return cublasStatus_t.CUBLAS_STATUS_SUCCESS;
    }

    public static byte* cublasGetStatusName(cublasStatus_t status) => (byte*)NativeText.Keep(Enum.IsDefined(status) ? status.ToString() : "unknown status");

    public static byte* cublasGetStatusString(cublasStatus_t status) =>
        (byte*)NativeText.Keep(Enum.IsDefined(status) ? status.ToString()["CUBLAS_STATUS_".Length..].ToLowerInvariant().Replace('_', ' ') : "unknown status");
}
