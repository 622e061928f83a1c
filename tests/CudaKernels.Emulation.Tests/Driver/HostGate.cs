using System.Runtime.InteropServices;

namespace CudaKernels.Tests;

/// <summary>A host function that holds its stream until it is opened.</summary>
internal sealed unsafe class HostGate : IDisposable
{
    private readonly ManualResetEventSlim _open = new();
    private readonly GCHandle _self;

    public HostGate() => _self = GCHandle.Alloc(this);

    public static delegate* unmanaged<void*, void> Function => &Wait;

    public void* UserData => (void*)GCHandle.ToIntPtr(_self);

    public void Open() => _open.Set();

    public void Dispose()
    {
        _open.Set();
        _self.Free();
    }

    [UnmanagedCallersOnly]
    private static void Wait(void* data) => ((HostGate)GCHandle.FromIntPtr((nint)data).Target!)._open.Wait(TimeSpan.FromSeconds(30));
}
