using CudaKernels.Interop;

namespace CudaKernels;

/// <summary>What the driver's codes mean, what to do about them, and which of them end a context.</summary>
internal static class ErrorExplanation
{
    /// <summary>"cuMemAlloc(…) failed: CUDA_ERROR_… (2): meaning. advice."</summary>
    public static string Describe(CUresult code, string call) => $"{call} failed: {Name(code)} ({(int)code}): {Explain(code)}";

    public static string Name(CUresult code) => Enum.IsDefined(code) ? code.ToString() : "a code that this library does not know";

    /// <summary>After these the driver answers every call of the context with the same code: only a new process helps.</summary>
    public static bool IsSticky(CUresult code) => code is
        CUresult.CUDA_ERROR_ILLEGAL_ADDRESS or
        CUresult.CUDA_ERROR_LAUNCH_TIMEOUT or
        CUresult.CUDA_ERROR_ASSERT or
        CUresult.CUDA_ERROR_HARDWARE_STACK_ERROR or
        CUresult.CUDA_ERROR_ILLEGAL_INSTRUCTION or
        CUresult.CUDA_ERROR_MISALIGNED_ADDRESS or
        CUresult.CUDA_ERROR_INVALID_ADDRESS_SPACE or
        CUresult.CUDA_ERROR_INVALID_PC or
        CUresult.CUDA_ERROR_LAUNCH_FAILED or
        CUresult.CUDA_ERROR_TENSOR_MEMORY_LEAK or
        CUresult.CUDA_ERROR_ECC_UNCORRECTABLE or
        CUresult.CUDA_ERROR_NVLINK_UNCORRECTABLE or
        CUresult.CUDA_ERROR_CONTAINED or
        CUresult.CUDA_ERROR_CONTEXT_IS_DESTROYED or
        CUresult.CUDA_ERROR_EXTERNAL_DEVICE or
        CUresult.CUDA_ERROR_MPS_CLIENT_TERMINATED;

    public static string Explain(CUresult code) => code switch
    {
        CUresult.CUDA_ERROR_INVALID_VALUE => "an argument is outside what the call accepts.",
        CUresult.CUDA_ERROR_OUT_OF_MEMORY => "the device has not enough free memory. Dispose what is not needed, or use smaller batches.",
        CUresult.CUDA_ERROR_NOT_INITIALIZED => "the driver was not initialised in this process.",
        CUresult.CUDA_ERROR_DEINITIALIZED => "the driver is shutting down, as at the end of the process.",
        CUresult.CUDA_ERROR_STUB_LIBRARY => "the driver library that was loaded is the toolkit's stub for linking. Remove its folder from the library path.",
        CUresult.CUDA_ERROR_DEVICE_UNAVAILABLE => "another process holds the device exclusively (compute mode), or it is being reset.",
        CUresult.CUDA_ERROR_NO_DEVICE => "the driver sees no CUDA GPU. Check nvidia-smi, CUDA_VISIBLE_DEVICES and, in a container, its GPU option.",
        CUresult.CUDA_ERROR_INVALID_DEVICE => "there is no device of that ordinal.",
        CUresult.CUDA_ERROR_INVALID_IMAGE => "the code image is damaged or of an unknown format.",
        CUresult.CUDA_ERROR_INVALID_CONTEXT => "no valid context is current on this thread. Code outside this library may have changed or destroyed it.",
        CUresult.CUDA_ERROR_NO_BINARY_FOR_GPU => "the image holds no code for this GPU's architecture. Compile for the device's own architecture.",
        CUresult.CUDA_ERROR_ECC_UNCORRECTABLE => "the device's memory has an uncorrectable fault. Check it with nvidia-smi -q.",
        CUresult.CUDA_ERROR_INVALID_PTX => "the PTX does not assemble. The driver's log tells the line.",
        CUresult.CUDA_ERROR_NVLINK_UNCORRECTABLE => "an NVLink has an uncorrectable fault.",
        CUresult.CUDA_ERROR_JIT_COMPILER_NOT_FOUND => "the driver's PTX compiler library is missing. Compile to a cubin (sm_XX) instead of PTX.",
        CUresult.CUDA_ERROR_UNSUPPORTED_PTX_VERSION => "the PTX is newer than the driver understands. Compile to a cubin (sm_XX), or install a newer driver.",
        CUresult.CUDA_ERROR_CONTAINED => "a hardware fault was contained to this process, whose context it ended.",
        CUresult.CUDA_ERROR_INVALID_HANDLE => "a handle does not belong to this context or was destroyed before.",
        CUresult.CUDA_ERROR_ILLEGAL_STATE => "the object is not in a state that permits this call.",
        CUresult.CUDA_ERROR_NOT_FOUND => "there is no symbol of that name.",
        CUresult.CUDA_ERROR_NOT_READY => "earlier work has not finished yet.",
        CUresult.CUDA_ERROR_ILLEGAL_ADDRESS => "a kernel read or wrote memory that is not the device's, such as past the end of a buffer or after its release. Run it on the software device with the sanitizer, or under compute-sanitizer, to find the line.",
        CUresult.CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES => "one block needs more registers or shared memory than a multiprocessor has.",
        CUresult.CUDA_ERROR_LAUNCH_TIMEOUT => "the kernel ran longer than the display watchdog permits.",
        CUresult.CUDA_ERROR_PRIMARY_CONTEXT_ACTIVE => "the primary context is in use already.",
        CUresult.CUDA_ERROR_CONTEXT_IS_DESTROYED => "the context was destroyed or reset, perhaps by other code in this process.",
        CUresult.CUDA_ERROR_ASSERT => "an assert in a kernel failed; the driver printed it on standard output.",
        CUresult.CUDA_ERROR_HARDWARE_STACK_ERROR => "a kernel's call stack overflowed or was damaged.",
        CUresult.CUDA_ERROR_ILLEGAL_INSTRUCTION => "a kernel ran an instruction that this GPU does not have.",
        CUresult.CUDA_ERROR_MISALIGNED_ADDRESS => "a kernel used an address that is not a multiple of the access size, such as a float4 load at an odd offset.",
        CUresult.CUDA_ERROR_INVALID_ADDRESS_SPACE => "a kernel used an address of the wrong space, such as a global one for shared memory.",
        CUresult.CUDA_ERROR_INVALID_PC => "a kernel jumped to an address that holds no code.",
        CUresult.CUDA_ERROR_LAUNCH_FAILED => "a kernel failed while it ran. Run it on the software device with the sanitizer, or under compute-sanitizer, to find the line.",
        CUresult.CUDA_ERROR_COOPERATIVE_LAUNCH_TOO_LARGE => "a cooperative launch has more blocks than can be resident at once.",
        CUresult.CUDA_ERROR_TENSOR_MEMORY_LEAK => "a kernel ended without giving back its tensor memory.",
        CUresult.CUDA_ERROR_NOT_PERMITTED => "the operation is not permitted, as in a container without the right to it.",
        CUresult.CUDA_ERROR_NOT_SUPPORTED => "this device or driver does not support the operation.",
        CUresult.CUDA_ERROR_SYSTEM_NOT_READY => "a system service is not running yet, such as the fabric manager of an NVSwitch machine.",
        CUresult.CUDA_ERROR_SYSTEM_DRIVER_MISMATCH => "the driver library and the kernel module have different versions. Restart the machine after a driver update.",
        CUresult.CUDA_ERROR_COMPAT_NOT_SUPPORTED_ON_DEVICE => "the forward-compatibility driver does not support this GPU.",
        CUresult.CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED => "the operation is not permitted while the stream is being captured.",
        CUresult.CUDA_ERROR_STREAM_CAPTURE_INVALIDATED => "an earlier error ended the capture.",
        CUresult.CUDA_ERROR_STREAM_CAPTURE_MERGE => "the operation would join two separate captures.",
        CUresult.CUDA_ERROR_STREAM_CAPTURE_UNMATCHED => "the capture did not begin on this stream.",
        CUresult.CUDA_ERROR_STREAM_CAPTURE_UNJOINED => "a stream forked in the capture was not joined back: let the first stream wait for an event of each other one.",
        CUresult.CUDA_ERROR_STREAM_CAPTURE_ISOLATION => "the operation would make the capture depend on work outside of it.",
        CUresult.CUDA_ERROR_STREAM_CAPTURE_IMPLICIT => "the operation would order the capture after the null stream.",
        CUresult.CUDA_ERROR_CAPTURED_EVENT => "the event was last recorded in a capture, so it never completes by itself.",
        CUresult.CUDA_ERROR_STREAM_CAPTURE_WRONG_THREAD => "a capture ends on the thread that began it.",
        CUresult.CUDA_ERROR_GRAPH_EXEC_UPDATE_FAILURE => "the graph differs too much from the instantiated one to update it. Instantiate it anew.",
        CUresult.CUDA_ERROR_INVALID_CLUSTER_SIZE => "the cluster size is not possible for this kernel and device.",
        CUresult.CUDA_ERROR_UNKNOWN => "the driver gives no reason.",
        _ => "see the driver's documentation of this code.",
    };
}
