using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>An image that was loaded. One handle serves as CUlibrary and as CUmodule.</summary>
internal sealed class LoadedLibrary : DriverObject
{
    private readonly HandleTable _table;
    private readonly List<LoadedKernel> _kernels = [];
    private readonly Dictionary<string, Allocation> _globals = new(StringComparer.Ordinal);
    private readonly KernelImage _image;

    public LoadedLibrary(HandleTable table, KernelImage image)
    {
        _table = table;
        _image = image;
        table.Add(this);
        foreach (var code in image.Kernels)
        {
            var kernel = new LoadedKernel(this, code);
            table.Add(kernel);
            _kernels.Add(kernel);
        }
    }

    public IReadOnlyList<LoadedKernel> Kernels => _kernels;

    public override string Noun => "library";

    public LoadedKernel FindKernel(string name) =>
        _kernels.Find(kernel => kernel.Code.Name == name) ?? throw new DriverError(CUresult.CUDA_ERROR_NOT_FOUND);

    /// <summary>A variable of the image. The driver knows its memory from the first time on.</summary>
    public Allocation FindGlobal(SoftwareDevice device, string name)
    {
        lock (_globals)
        {
            if (_globals.TryGetValue(name, out var known))
                return known;
            if (!_image.TryGetGlobal(name, out var address, out var size))
                throw new DriverError(CUresult.CUDA_ERROR_NOT_FOUND);
            return _globals[name] = device.Memory.Register(address, size, AllocationKind.Global, null, 0);
        }
    }

    public void Unload()
    {
        if (!_table.Remove(this))
            return;
        foreach (var kernel in _kernels)
            _table.Remove(kernel);
        lock (_globals)
        {
            foreach (var global in _globals.Values)
                global.Device.Memory.Release(global);
            _globals.Clear();
        }
    }
}
