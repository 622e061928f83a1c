using System.Collections.Concurrent;
using CudaKernels.Interop;

namespace CudaKernels;

// cuBLAS handles, one per stream, made when first needed.
public sealed partial class CudaDevice
{
    private readonly ConcurrentDictionary<CudaStream, CublasContext> _cublas = new();
    private CublasApi? _cublasApi;
    private CublasLtApi? _cublasLtApi;

    /// <summary>Whether there is a cuBLAS to call.</summary>
    public bool HasCublas => IsThere(_sources.Cublas);

    /// <summary>Whether there is a cuBLASLt to call.</summary>
    public bool HasCublasLt => IsThere(_sources.CublasLt);

    /// <summary>The functions of cuBLAS.</summary>
    /// <exception cref="CudaNotSupportedException">The device has none.</exception>
    public CublasApi Cublas
    {
        get
        {
            if (Volatile.Read(ref _cublasApi) is { } api)
                return api;
            var source = _sources.Cublas ?? throw new CudaNotSupportedException($"{Id} has no cuBLAS");
            return Interlocked.CompareExchange(ref _cublasApi, new CublasApi(source), null) ?? _cublasApi;
        }
    }

    /// <summary>The functions of cuBLASLt. The library's own operations do not call it; its handles and descriptors are the caller's to make.</summary>
    /// <exception cref="CudaNotSupportedException">The device has none.</exception>
    public CublasLtApi CublasLt
    {
        get
        {
            if (Volatile.Read(ref _cublasLtApi) is { } api)
                return api;
            var source = _sources.CublasLt ?? throw new CudaNotSupportedException($"{Id} has no cuBLASLt");
            return Interlocked.CompareExchange(ref _cublasLtApi, new CublasLtApi(source), null) ?? _cublasLtApi;
        }
    }

    /// <summary>The cuBLAS handle of a stream, with its workspace set.</summary>
    /// <exception cref="InvalidOperationException">The handle would have to be made in a capture: run one product on the stream before.</exception>
    /// <exception cref="CudaLibraryNotFoundException">There is no cuBLAS.</exception>
    internal CublasContext CublasFor(CudaStream stream)
    {
        if (_cublas.TryGetValue(stream, out var context))
            return context;
        stream.Enter();
        stream.RefuseInCapture("making the stream's cuBLAS handle and workspace (run one product before)");
        CaptureSession.RefuseOnThisThread("making a cuBLAS handle");
        lock (_cublas)
            return _cublas.TryGetValue(stream, out context) ? context : _cublas[stream] = new CublasContext(Cublas, stream);
    }

    internal void DisposeCublas(CudaStream stream)
    {
        if (_cublas.TryRemove(stream, out var context) && TryEnterForRelease())
            context.Dispose();
    }

    private static bool IsThere(ISymbolSource? source) => source switch
    {
        null => false,
        DeferredSource deferred => deferred.IsFound,
        _ => true,
    };

    private void DisposeCublas()
    {
        foreach (var context in _cublas.Values)
            context.Dispose();
        _cublas.Clear();
    }
}
