using System.Runtime.InteropServices;
using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>The native entries of <see cref="CaptureCalls"/>: each names itself, does the work and lets no exception out.</summary>
internal static unsafe class CaptureEntries
{
    /// <summary>Adds the address of each entry under its name.</summary>
    public static void AddTo(Dictionary<string, nint> table)
    {
        table["cuStreamBeginCapture"] = (nint)(delegate* unmanaged<CUstream, CUstreamCaptureMode, CUresult>)&cuStreamBeginCapture;
        table["cuStreamEndCapture"] = (nint)(delegate* unmanaged<CUstream, CUgraph*, CUresult>)&cuStreamEndCapture;
        table["cuStreamIsCapturing"] = (nint)(delegate* unmanaged<CUstream, CUstreamCaptureStatus*, CUresult>)&cuStreamIsCapturing;
        table["cuStreamGetCaptureInfo"] = (nint)(delegate* unmanaged<CUstream, CUstreamCaptureStatus*, ulong*, CUgraph*, CUgraphNode**, CUgraphEdgeData**, nuint*, CUresult>)&cuStreamGetCaptureInfo;
        table["cuStreamGetCaptureInfo_v2"] = (nint)(delegate* unmanaged<CUstream, CUstreamCaptureStatus*, ulong*, CUgraph*, CUgraphNode**, nuint*, CUresult>)&cuStreamGetCaptureInfo_v2;
        table["cuStreamUpdateCaptureDependencies"] = (nint)(delegate* unmanaged<CUstream, CUgraphNode*, CUgraphEdgeData*, nuint, uint, CUresult>)&cuStreamUpdateCaptureDependencies;
        table["cuThreadExchangeStreamCaptureMode"] = (nint)(delegate* unmanaged<CUstreamCaptureMode*, CUresult>)&cuThreadExchangeStreamCaptureMode;
    }

    [UnmanagedCallersOnly]
    private static CUresult cuStreamBeginCapture(CUstream hStream, CUstreamCaptureMode mode)
    {
        try
        {
            SoftwareCall.Begin("cuStreamBeginCapture");
            return CaptureCalls.cuStreamBeginCapture(hStream, mode);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuStreamEndCapture(CUstream hStream, CUgraph* phGraph)
    {
        try
        {
            SoftwareCall.Begin("cuStreamEndCapture");
            return CaptureCalls.cuStreamEndCapture(hStream, phGraph);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuStreamIsCapturing(CUstream hStream, CUstreamCaptureStatus* captureStatus)
    {
        try
        {
            SoftwareCall.Begin("cuStreamIsCapturing");
            return CaptureCalls.cuStreamIsCapturing(hStream, captureStatus);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuStreamGetCaptureInfo(CUstream hStream, CUstreamCaptureStatus* captureStatus_out, ulong* id_out, CUgraph* graph_out, CUgraphNode** dependencies_out, CUgraphEdgeData** edgeData_out, nuint* numDependencies_out)
    {
        try
        {
            SoftwareCall.Begin("cuStreamGetCaptureInfo");
            return CaptureCalls.cuStreamGetCaptureInfo(hStream, captureStatus_out, id_out, graph_out, dependencies_out, edgeData_out, numDependencies_out);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuStreamGetCaptureInfo_v2(CUstream hStream, CUstreamCaptureStatus* captureStatus_out, ulong* id_out, CUgraph* graph_out, CUgraphNode** dependencies_out, nuint* numDependencies_out)
    {
        try
        {
            SoftwareCall.Begin("cuStreamGetCaptureInfo_v2");
            return CaptureCalls.cuStreamGetCaptureInfo_v2(hStream, captureStatus_out, id_out, graph_out, dependencies_out, numDependencies_out);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuStreamUpdateCaptureDependencies(CUstream hStream, CUgraphNode* dependencies, CUgraphEdgeData* dependencyData, nuint numDependencies, uint flags)
    {
        try
        {
            SoftwareCall.Begin("cuStreamUpdateCaptureDependencies");
            return CaptureCalls.cuStreamUpdateCaptureDependencies(hStream, dependencies, dependencyData, numDependencies, flags);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuThreadExchangeStreamCaptureMode(CUstreamCaptureMode* mode)
    {
        try
        {
            SoftwareCall.Begin("cuThreadExchangeStreamCaptureMode");
            return CaptureCalls.cuThreadExchangeStreamCaptureMode(mode);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }
}
