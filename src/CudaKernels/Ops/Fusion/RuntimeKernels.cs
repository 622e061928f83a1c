namespace CudaKernels;

/// <summary>Kernels of a text that is written at run time, each compiled on a device when it is first asked for.</summary>
/// <param name="path">The kernel file that the text stands for.</param>
/// <param name="text">The text.</param>
/// <param name="owner">The type that users know.</param>
internal sealed class RuntimeKernels(string path, string text, Type owner) : IDisposable
{
    private readonly Lock _gate = new();
    private Loaded[] _loaded = [];
    private bool _isDisposed;

    public string Text => text;

    /// <summary>The kernel of a name expression on a device.</summary>
    /// <exception cref="ObjectDisposedException">The owner is disposed.</exception>
    /// <exception cref="NvrtcCompilationException">The kernel does not compile.</exception>
    public CudaKernel Get(CudaDevice device, string expression) => Find(device, expression) ?? Load(device, expression);

    public void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(_isDisposed, owner);

    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            foreach (var loaded in _loaded)
            {
                loaded.Module.Dispose();
            }

            _loaded = [];
        }
    }

    private CudaKernel? Find(CudaDevice device, string expression)
    {
        foreach (var loaded in Volatile.Read(ref _loaded))
        {
            if (loaded.Device == device && loaded.Expression == expression)
            {
                return loaded.Kernel;
            }
        }

        return null;
    }

    private CudaKernel Load(CudaDevice device, string expression)
    {
        lock (_gate)
        {
            ThrowIfDisposed();
            if (Find(device, expression) is { } known)
            {
                return known;
            }

            var source = KernelSource.FromString(path, device.Options.KernelText is { } change ? change(path, text) : text);
            var module = device.Compile(source, new CompileOptions { Kernels = [expression] });
            var kernel = module.GetKernel(expression);
            Volatile.Write(ref _loaded, [.. _loaded, new Loaded(device, expression, module, kernel)]);
            return kernel;
        }
    }

    private sealed record Loaded(CudaDevice Device, string Expression, CudaModule Module, CudaKernel Kernel);
}
