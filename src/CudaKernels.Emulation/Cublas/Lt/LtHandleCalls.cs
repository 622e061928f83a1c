using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>The functions of cuBLASLt about itself and its handle.</summary>
internal static unsafe class LtHandleCalls
{
    // cuBLASLt 13.0.
    private const int Version = 130000;

    public static cublasStatus_t cublasLtCreate(cublasLtHandle_t* lightHandle)
    {
        if (lightHandle is null)
            return cublasStatus_t.CUBLAS_STATUS_INVALID_VALUE;
        var context = ContextStack.Require();
        StreamSubmission.RefuseDuringCapture(context);
        *lightHandle = new cublasLtHandle_t(context.Device.Handles.Add(new LtHandle(context)));
        return cublasStatus_t.CUBLAS_STATUS_SUCCESS;
    }

    public static cublasStatus_t cublasLtDestroy(cublasLtHandle_t lightHandle)
    {
        var found = LtHandle.Find(lightHandle);
        found.Context.Device.Handles.Remove(found);
        return cublasStatus_t.CUBLAS_STATUS_SUCCESS;
    }

    public static nuint cublasLtGetVersion() => Version;

    public static nuint cublasLtGetCudartVersion() => SoftwareDriver.Version;

    public static cublasStatus_t cublasLtGetProperty(libraryPropertyType type, int* value)
    {
        if (value is null)
            return cublasStatus_t.CUBLAS_STATUS_INVALID_VALUE;
        *value = (int)type == 0 ? Version / 10000 : 0;
        return cublasStatus_t.CUBLAS_STATUS_SUCCESS;
    }

    public static byte* cublasLtGetStatusName(cublasStatus_t status) => HandleCalls.cublasGetStatusName(status);

    public static byte* cublasLtGetStatusString(cublasStatus_t status) => HandleCalls.cublasGetStatusString(status);
}
