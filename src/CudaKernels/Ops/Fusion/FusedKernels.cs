using System.Runtime.CompilerServices;

namespace CudaKernels;

/// <summary>The two kernels of an expression on each device that has run it.</summary>
internal sealed unsafe class FusedKernels(string text, KernelTypes types) : IDisposable
{
    // The text of one expression, which the catalog checks; every expression has kernels of these names.
    private static readonly KernelFile s_file = new("elementwise/fused.cu");
    private static readonly ElementwiseKernels s_kernels = new(s_file, "fused", "<{0}>", ElementTypes.Floating.Select(kind => new KernelTypes(kind)));

    private readonly Lock _gate = new();
    private Loaded[] _loaded = [];
    private bool _isDisposed;

    public void Launch<T>(CudaDevice device, OperandLoop loop, DeviceTensor<T> destination, ReadOnlySpan<DeviceTensor<T>> inputs) where T : unmanaged
    {
        var loaded = Find(device) ?? Load(device);
        KernelArgumentList arguments = default;
        arguments[0] = destination.Output;
        for (var i = 0; i < inputs.Length; i++)
        {
            arguments[i + 1] = inputs[i].Input;
        }

        var dense = loop.IsDense(inputs.Length + 1);
        arguments[inputs.Length + 1] = dense ? loop.Count : KernelArgument.Struct(&loop);
        var perThread = dense ? Elementwise.PackBytes / ElementType<T>.Size : 1;
        destination.Stream!.Launch(
            dense ? loaded.Dense : loaded.Strided,
            LaunchConfig.Cover((loop.Count + perThread - 1) / perThread, Elementwise.BlockSize),
            arguments[..(inputs.Length + 2)]);
    }

    public void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(_isDisposed, typeof(FusedOperation<>));

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

    private Loaded? Find(CudaDevice device)
    {
        foreach (var loaded in Volatile.Read(ref _loaded))
        {
            if (loaded.Device == device)
            {
                return loaded;
            }
        }

        return null;
    }

    private Loaded Load(CudaDevice device)
    {
        lock (_gate)
        {
            ThrowIfDisposed();
            if (Find(device) is { } known)
            {
                return known;
            }

            var (dense, strided) = (s_kernels.Dense.Expression(types), s_kernels.Strided.Expression(types));
            var source = KernelSource.FromString(s_file.Path, device.Options.KernelText is { } change ? change(s_file.Path, text) : text);
            var module = device.Compile(source, new CompileOptions { Kernels = [dense, strided] });
            var loaded = new Loaded(device, module, module.GetKernel(dense), module.GetKernel(strided));
            Volatile.Write(ref _loaded, [.. _loaded, loaded]);
            return loaded;
        }
    }

    private sealed record Loaded(CudaDevice Device, CudaModule Module, CudaKernel Dense, CudaKernel Strided);

    [InlineArray(OperandLoop.MaxOperands + 1)]
    private struct KernelArgumentList
    {
        private KernelArgument _first;
    }
}
