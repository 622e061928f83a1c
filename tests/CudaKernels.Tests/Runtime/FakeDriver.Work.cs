using System.Runtime.InteropServices;
using CudaKernels.Interop;

namespace CudaKernels.Tests.Runtime;

// Streams, events, kernels, graphs.
internal sealed unsafe partial class FakeDriver
{
    [UnmanagedCallersOnly]
    private static CUresult cuStreamCreateWithPriority(CUstream* stream, uint flags, int priority) => Give(stream, new CUstream(NewHandle()), "cuStreamCreateWithPriority");

    [UnmanagedCallersOnly]
    private static CUresult cuStreamDestroy(CUstream stream) => Answer("cuStreamDestroy");

    [UnmanagedCallersOnly]
    private static CUresult cuStreamSynchronize(CUstream stream)
    {
        Synchronizing?.Invoke();
        return Answer("cuStreamSynchronize");
    }

    [UnmanagedCallersOnly]
    private static CUresult cuStreamQuery(CUstream stream)
    {
        var answer = Answer("cuStreamQuery");
        return answer == CUresult.CUDA_SUCCESS && IsBusy ? CUresult.CUDA_ERROR_NOT_READY : answer;
    }

    [UnmanagedCallersOnly]
    private static CUresult cuStreamWaitEvent(CUstream stream, CUevent @event, uint flags) => Answer("cuStreamWaitEvent", $"{stream.Value}");

    [UnmanagedCallersOnly]
    private static CUresult cuEventCreate(CUevent* @event, uint flags) => Give(@event, new CUevent(NewHandle()), "cuEventCreate");

    [UnmanagedCallersOnly]
    private static CUresult cuEventDestroy(CUevent @event) => Answer("cuEventDestroy");

    [UnmanagedCallersOnly]
    private static CUresult cuEventRecord(CUevent @event, CUstream stream) => Answer("cuEventRecord", $"{stream.Value}");

    [UnmanagedCallersOnly]
    private static CUresult cuEventSynchronize(CUevent @event) => Answer("cuEventSynchronize");

    [UnmanagedCallersOnly]
    private static CUresult cuEventQuery(CUevent @event) => Answer("cuEventQuery");

    [UnmanagedCallersOnly]
    private static CUresult cuEventElapsedTime_v1(float* milliseconds, CUevent start, CUevent end) => Give(milliseconds, 1.5f, "cuEventElapsedTime_v1");

    [UnmanagedCallersOnly]
    private static CUresult cuLibraryLoadData(CUlibrary* library, void* code, CUjit_option* options, void** values, uint count, CUlibraryOption* libraryOptions, void** libraryValues, uint libraryCount) =>
        Give(library, new CUlibrary(NewHandle()), "cuLibraryLoadData");

    [UnmanagedCallersOnly]
    private static CUresult cuLibraryUnload(CUlibrary library) => Answer("cuLibraryUnload");

    [UnmanagedCallersOnly]
    private static CUresult cuLibraryGetKernel(CUkernel* kernel, CUlibrary library, byte* name) =>
        Marshal.PtrToStringUTF8((nint)name)!.Contains("missing", StringComparison.Ordinal) ? CUresult.CUDA_ERROR_NOT_FOUND : Give(kernel, new CUkernel(NewHandle()), "cuLibraryGetKernel");

    [UnmanagedCallersOnly]
    private static CUresult cuKernelGetFunction(CUfunction* function, CUkernel kernel) => Give(function, new CUfunction(kernel.Value), "cuKernelGetFunction");

    [UnmanagedCallersOnly]
    private static CUresult cuKernelGetAttribute(int* value, CUfunction_attribute attribute, CUkernel kernel, CUdevice device) => Give(value, attribute switch
    {
        CUfunction_attribute.CU_FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK => 512,
        CUfunction_attribute.CU_FUNC_ATTRIBUTE_NUM_REGS => 128,
        CUfunction_attribute.CU_FUNC_ATTRIBUTE_SHARED_SIZE_BYTES => 1024,
        CUfunction_attribute.CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES => 48 << 10,
        _ => 0,
    }, "cuKernelGetAttribute");

    [UnmanagedCallersOnly]
    private static CUresult cuKernelSetAttribute(CUfunction_attribute attribute, int value, CUkernel kernel, CUdevice device) => Answer("cuKernelSetAttribute", $"{attribute} {value}");

    [UnmanagedCallersOnly]
    private static CUresult cuKernelGetParamInfo(CUkernel kernel, nuint index, nuint* offset, nuint* size)
    {
        *offset = 0;
        return index < (nuint)ParameterSizes.Length ? Give(size, (nuint)ParameterSizes[index], "cuKernelGetParamInfo") : CUresult.CUDA_ERROR_INVALID_VALUE;
    }

    [UnmanagedCallersOnly]
    private static CUresult cuLaunchKernelEx(CUlaunchConfig* config, CUfunction function, void** arguments, void** extra)
    {
        if (!Records)
            return CUresult.CUDA_SUCCESS;
        LastLaunch = *config;
        LastAttributes = new CUlaunchAttributeID[config->numAttrs];
        for (var i = 0; i < LastAttributes.Length; i++)
            LastAttributes[i] = config->attrs[i].id;
        LastArguments = new ulong[ParameterSizes.Length];
        fixed (ulong* values = LastArguments)
        {
            for (var i = 0; i < ParameterSizes.Length; i++)
                Buffer.MemoryCopy(arguments[i], values + i, 8, Math.Min(ParameterSizes[i], 8));
        }

        return Answer("cuLaunchKernelEx");
    }

    [UnmanagedCallersOnly]
    private static CUresult cuLaunchHostFunc(CUstream stream, delegate* unmanaged<void*, void> function, void* data)
    {
        var answer = Answer("cuLaunchHostFunc");
        if (answer != CUresult.CUDA_SUCCESS)
            return answer;
        lock (s_gate)
            s_hostFunctions.Add(((nint)function, (nint)data));
        if (!HoldsHostFunctions)
            RunHostFunctions();
        return answer;
    }

    [UnmanagedCallersOnly]
    private static CUresult cuStreamBeginCapture(CUstream stream, CUstreamCaptureMode mode)
    {
        s_capturing = true;
        return Answer("cuStreamBeginCapture", mode.ToString());
    }

    [UnmanagedCallersOnly]
    private static CUresult cuStreamEndCapture(CUstream stream, CUgraph* graph)
    {
        if (!s_capturing)
            return CUresult.CUDA_ERROR_STREAM_CAPTURE_UNMATCHED;
        s_capturing = false;
        return Give(graph, new CUgraph(NewHandle()), "cuStreamEndCapture");
    }

    [UnmanagedCallersOnly]
    private static CUresult cuGraphInstantiate(CUgraphExec* exec, CUgraph graph, ulong flags) => Give(exec, new CUgraphExec(NewHandle()), "cuGraphInstantiate");

    [UnmanagedCallersOnly]
    private static CUresult cuGraphLaunch(CUgraphExec exec, CUstream stream) => Answer("cuGraphLaunch", $"{stream.Value}");

    [UnmanagedCallersOnly]
    private static CUresult cuGraphExecUpdate(CUgraphExec exec, CUgraph graph, CUgraphExecUpdateResultInfo* info)
    {
        info->result = CUgraphExecUpdateResult.CU_GRAPH_EXEC_UPDATE_ERROR_TOPOLOGY_CHANGED;
        return Answer("cuGraphExecUpdate");
    }

    [UnmanagedCallersOnly]
    private static CUresult cuGraphExecDestroy(CUgraphExec exec) => Answer("cuGraphExecDestroy");

    [UnmanagedCallersOnly]
    private static CUresult cuGraphDestroy(CUgraph graph) => Answer("cuGraphDestroy");
}
