using System.Runtime.InteropServices;
using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>A launch, with its arguments as they were when it was given.</summary>
internal sealed unsafe class KernelOperation : Operation
{
    private const int Alignment = 128; // the largest of a parameter: a tensor map may ask for it
    private readonly List<Allocation> _uses = [];
    private byte[] _arguments = [];
    private int _start; // of the arguments, where the buffer is aligned
    private nint[] _exported = [];

    public LoadedKernel Kernel { get; private set; } = null!;

    public LaunchShape Shape { get; set; }

    /// <summary>The number of the stream that runs it, and whether what it follows there is a kernel; 0 and false for a node of a graph.</summary>
    public (ulong Stream, bool FollowsKernel) Place { get; set; }

    public override CUgraphNodeType NodeType => CUgraphNodeType.CU_GRAPH_NODE_TYPE_KERNEL;

    /// <summary>Copies the arguments by the kernel's own layout: from one pointer each, or from a packed buffer.</summary>
    public void Set(LoadedKernel kernel, in LaunchShape shape, void** kernelParams, void** extra)
    {
        Kernel = kernel;
        Shape = shape;
        Reserve(kernel.ArgumentBytes);
        var parameters = kernel.Code.Parameters;
        if (parameters.Count > 0)
        {
            if ((kernelParams is null) == (extra is null))
                throw new DriverError(CUresult.CUDA_ERROR_INVALID_VALUE);
            if (extra is not null)
                CopyPacked(extra, kernel.ArgumentBytes);
            else
                CopyEach(kernelParams, parameters);
        }

        if (Home is not null)
            HoldMemory(parameters);
    }

    public override bool Run(SoftwareDevice device)
    {
        foreach (var use in _uses)
        {
            if (use.IsGone)
            {
                throw new KernelFault(CUresult.CUDA_ERROR_ILLEGAL_ADDRESS, new EmulationReport("use-after-free", $"{Kernel.Code.Name} was launched with a pointer into {use}, which had been freed when the kernel ran")
                {
                    Kernel = Kernel.Code.Name,
                    Buffer = use.ToString(),
                });
            }
        }

        var parameters = Kernel.Code.Parameters;
        void** pointers = stackalloc void*[parameters.Count];
        fixed (byte* bytes = _arguments)
        {
            for (var i = 0; i < parameters.Count; i++)
                pointers[i] = bytes + _start + parameters[i].Offset;
            Kernel.Code.Run(new KernelLaunch { Device = device, Shape = Shape, Stream = Place.Stream, IsDependent = Shape.IsProgrammaticDependent && Place.FollowsKernel, Arguments = pointers });
        }

        return true;
    }

    public override void Finish(SoftwareDevice device)
    {
        foreach (var use in _uses)
            use.EndUse();
        _uses.Clear();
    }

    public override Operation Copy()
    {
        var copy = new KernelOperation { Kernel = Kernel, Shape = Shape };
        copy.Reserve(Kernel.ArgumentBytes);
        _arguments.AsSpan(_start, Kernel.ArgumentBytes).CopyTo(copy._arguments.AsSpan(copy._start));
        return copy;
    }

    /// <summary>A pointer to each argument, valid as long as the operation.</summary>
    public void** ExportArguments()
    {
        var parameters = Kernel.Code.Parameters;
        var exported = GC.AllocateArray<nint>(parameters.Count + 1, pinned: true);
        for (var i = 0; i < parameters.Count; i++)
            exported[i] = Marshal.UnsafeAddrOfPinnedArrayElement(_arguments, _start + parameters[i].Offset);
        _exported = exported;
        return (void**)Marshal.UnsafeAddrOfPinnedArrayElement(_exported, 0);
    }

    private void Reserve(int bytes)
    {
        if (_arguments.Length >= bytes + Alignment)
            return;
        _arguments = GC.AllocateUninitializedArray<byte>(Math.Max(bytes, 256) + Alignment, pinned: true);
        _start = (int)(-Marshal.UnsafeAddrOfPinnedArrayElement(_arguments, 0) & (Alignment - 1));
    }

    private void CopyEach(void** kernelParams, IReadOnlyList<(int Offset, int Size)> parameters)
    {
        for (var i = 0; i < parameters.Count; i++)
        {
            var (offset, size) = parameters[i];
            if (kernelParams[i] is null)
                throw new DriverError(CUresult.CUDA_ERROR_INVALID_VALUE);
            new ReadOnlySpan<byte>(kernelParams[i], size).CopyTo(_arguments.AsSpan(_start + offset));
        }
    }

    // CU_LAUNCH_PARAM_BUFFER_POINTER (1), CU_LAUNCH_PARAM_BUFFER_SIZE (2), ended by CU_LAUNCH_PARAM_END (0).
    private void CopyPacked(void** extra, int needed)
    {
        void* buffer = null;
        nuint size = 0;
        for (; *extra is not null; extra += 2)
        {
            if ((nuint)(*extra) == 1)
                buffer = extra[1];
            else if ((nuint)(*extra) == 2)
                size = *(nuint*)extra[1];
            else
                throw new DriverError(CUresult.CUDA_ERROR_INVALID_VALUE);
        }

        if (buffer is null || size < (nuint)needed)
            throw new DriverError(CUresult.CUDA_ERROR_INVALID_VALUE);
        new ReadOnlySpan<byte>(buffer, needed).CopyTo(_arguments.AsSpan(_start));
    }

    // A value of pointer size that lies in memory the driver knows is taken for a use of it.
    private void HoldMemory(IReadOnlyList<(int Offset, int Size)> parameters)
    {
        // By index: the enumerator of an interface would be an allocation at every launch.
        for (var i = 0; i < parameters.Count; i++)
        {
            var (offset, size) = parameters[i];
            for (var at = offset; at + sizeof(ulong) <= offset + size; at += sizeof(ulong))
            {
                var value = MemoryMarshal.Read<ulong>(_arguments.AsSpan(_start + at));
                if (value < 4096 || AllocationMap.Find((nuint)value) is not { } allocation)
                    continue;
                if (allocation.IsFreeRequested)
                    allocation.Device.Reports.Misuse($"{Kernel.Code.Name} was launched with a pointer into {allocation}, after that had been freed on a stream");
                allocation.BeginUse();
                _uses.Add(allocation);
            }
        }
    }
}
