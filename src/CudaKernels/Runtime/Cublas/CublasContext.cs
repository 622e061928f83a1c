using System.Runtime.CompilerServices;
using CudaKernels.Interop;

namespace CudaKernels;

/// <summary>A cuBLAS handle bound to one stream, with a workspace of its own so that calls can be captured. Lock it for the length of a call.</summary>
internal sealed unsafe class CublasContext : IDisposable
{
    private const int HopperMajor = 9;
    private const nuint HopperBytes = 32 << 20;
    private const nuint Bytes = 4 << 20;
    private readonly PoolBlock _workspace;

    public CublasContext(CublasApi api, CudaStream stream)
    {
        Api = api;
        var device = stream.Device;
        cublasHandle_t handle;
        Check(api.cublasCreate(&handle), $"cublasCreate({device.Id})");
        Handle = handle;
        try
        {
            var size = device.Specification.ComputeCapability.Major >= HopperMajor ? HopperBytes : Bytes;
            _workspace = device.Memory.Allocate(size, stream, isScratch: true);
            Check(api.cublasSetStream(handle, stream.Handle), $"cublasSetStream({stream})");
            Check(api.cublasSetWorkspace(handle, (void*)_workspace.Address, size), $"cublasSetWorkspace({size} bytes)");
        }
        catch
        {
            _ = api.cublasDestroy(handle); // the failure on its way tells more
            _workspace?.Release();
            throw;
        }
    }

    public CublasApi Api { get; }

    public cublasHandle_t Handle { get; }

    /// <summary>What calls write beside their results: a graph that captures one needs it, and runs at another time on another stream.</summary>
    public MemoryBlock Workspace => _workspace;

    /// <exception cref="CublasException">The call failed.</exception>
    public static void Check(cublasStatus_t status, [InterpolatedStringHandlerArgument(nameof(status))] ref CallText call)
    {
        if (status != cublasStatus_t.CUBLAS_STATUS_SUCCESS)
            throw CublasException.Describe(status, call.Finish());
    }

    /// <summary>The context is current and the stream's work is done. A graph that has captured a call keeps the workspace. Silent.</summary>
    public void Dispose()
    {
        _ = Api.cublasDestroy(Handle); // there is nobody to tell, and nothing left to do
        _workspace.Release();
    }
}
