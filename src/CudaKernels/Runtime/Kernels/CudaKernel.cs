using CudaKernels.Interop;

namespace CudaKernels;

/// <summary>A kernel of a loaded module. It keeps the module's code loaded.</summary>
public sealed unsafe partial class CudaKernel
{
    private readonly LibraryHandle _library;
    private readonly CUkernel _kernel;
    private readonly Lock _gate = new();
    private int _maxDynamicSharedBytes;

    internal CudaKernel(CudaDevice device, LibraryHandle library, string name, CUkernel kernel, KernelSignature? signature)
    {
        Device = device;
        Name = name;
        Signature = signature;
        _library = library;
        _kernel = kernel;
        CUfunction function;
        device.Check(device.Driver.cuKernelGetFunction(&function, kernel), $"cuKernelGetFunction({name})");
        Handle = function;
        MaxThreadsPerBlock = GetAttribute(CUfunction_attribute.CU_FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK);
        SharedBytes = GetAttribute(CUfunction_attribute.CU_FUNC_ATTRIBUTE_SHARED_SIZE_BYTES);
        ConstantBytes = GetAttribute(CUfunction_attribute.CU_FUNC_ATTRIBUTE_CONST_SIZE_BYTES);
        LocalBytes = GetAttribute(CUfunction_attribute.CU_FUNC_ATTRIBUTE_LOCAL_SIZE_BYTES);
        Registers = GetAttribute(CUfunction_attribute.CU_FUNC_ATTRIBUTE_NUM_REGS);
        _maxDynamicSharedBytes = Math.Min(GetAttribute(CUfunction_attribute.CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES), device.Specification.SharedMemoryPerBlock - SharedBytes);
        Parameters = ParameterLayout.Read(device, kernel, name, signature);
    }

    /// <summary>The device.</summary>
    public CudaDevice Device { get; }

    /// <summary>The name that the kernel was asked for.</summary>
    public string Name { get; }

    /// <summary>The driver's handle.</summary>
    public CUfunction Handle { get; }

    /// <summary>The parameters as far as the source tells them; null when not known.</summary>
    public KernelSignature? Signature { get; }

    /// <summary>The most threads of a block, by the registers it needs and its launch bounds.</summary>
    public int MaxThreadsPerBlock { get; }

    /// <summary>Shared memory that the kernel itself declares, in bytes per block.</summary>
    public int SharedBytes { get; }

    /// <summary>Constant memory that the module declares, in bytes.</summary>
    public int ConstantBytes { get; }

    /// <summary>Local memory, in bytes per thread: large arrays and what did not fit into registers.</summary>
    public int LocalBytes { get; }

    /// <summary>Registers per thread.</summary>
    public int Registers { get; }

    /// <summary>The most dynamic shared memory that a launch can have, in bytes per block.</summary>
    public int MaxDynamicSharedBytes => Math.Max(0, Device.Specification.SharedMemoryPerBlockOptIn - SharedBytes);

    internal ParameterLayout[]? Parameters { get; }

    /// <summary>How many blocks of a shape a multiprocessor holds at once; 0 when one does not fit.</summary>
    /// <param name="blockSize">Threads of a block.</param>
    /// <param name="sharedBytes">Dynamic shared memory of a block.</param>
    public int MaxActiveBlocksPerMultiprocessor(int blockSize, int sharedBytes = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(blockSize);
        ArgumentOutOfRangeException.ThrowIfNegative(sharedBytes);
        Device.Enter();
        RequireSharedBytes(sharedBytes);
        int blocks;
        Device.Check(Device.Driver.cuOccupancyMaxActiveBlocksPerMultiprocessor(&blocks, Handle, blockSize, (nuint)sharedBytes), $"cuOccupancyMaxActiveBlocksPerMultiprocessor({Name}, {blockSize}, {sharedBytes})");
        return blocks;
    }

    /// <summary>The share of a multiprocessor's threads that can be resident, from 0 to 1.</summary>
    /// <param name="blockSize">Threads of a block.</param>
    /// <param name="sharedBytes">Dynamic shared memory of a block.</param>
    public double Occupancy(int blockSize, int sharedBytes = 0) =>
        (double)MaxActiveBlocksPerMultiprocessor(blockSize, sharedBytes) * blockSize / Device.Specification.MaxThreadsPerMultiprocessor;

    /// <summary>A launch shape that gives each of <paramref name="n"/> elements a thread, with the block size of the highest occupancy.</summary>
    /// <param name="n">Elements.</param>
    /// <param name="sharedBytes">Dynamic shared memory of a block, the same for every block size.</param>
    public LaunchConfig Suggest(long n, int sharedBytes = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sharedBytes);
        Device.Enter();
        RequireSharedBytes(sharedBytes);
        int minimumGrid, blockSize;
        Device.Check(Device.Driver.cuOccupancyMaxPotentialBlockSize(&minimumGrid, &blockSize, Handle, null, (nuint)sharedBytes, 0), $"cuOccupancyMaxPotentialBlockSize({Name}, {sharedBytes})");
        return LaunchConfig.Cover(n, blockSize) with { SharedBytes = sharedBytes };
    }

    /// <summary>An attribute of the kernel, by the driver's name.</summary>
    public int GetAttribute(CUfunction_attribute attribute)
    {
        Device.Enter();
        int value;
        Device.Check(Device.Driver.cuKernelGetAttribute(&value, attribute, _kernel, Device.Handle), $"cuKernelGetAttribute({attribute}, {Name})");
        return value;
    }

    /// <summary>Sets an attribute of the kernel, such as the preferred carve-out of shared memory.</summary>
    public void SetAttribute(CUfunction_attribute attribute, int value)
    {
        Device.Enter();
        Device.Check(Device.Driver.cuKernelSetAttribute(attribute, value, _kernel, Device.Handle), $"cuKernelSetAttribute({attribute}, {value}, {Name})");
    }

    /// <summary>Names the kernel with its parameters.</summary>
    public override string ToString() => Name + Signature;

    /// <summary>Opts in to as much dynamic shared memory as asked for, once.</summary>
    internal void RequireSharedBytes(int bytes)
    {
        if (bytes > Volatile.Read(ref _maxDynamicSharedBytes))
            OptIn(bytes);
    }

    private void OptIn(int bytes)
    {
        var limit = MaxDynamicSharedBytes;
        if (bytes > limit)
        {
            throw new ArgumentOutOfRangeException(
                nameof(bytes),
                bytes,
                $"{Name} was launched with {bytes} bytes of dynamic shared memory; a block of {Device.Id} has {Device.Specification.SharedMemoryPerBlockOptIn}, of which the kernel itself declares {SharedBytes}, so at most {limit} are possible");
        }

        lock (_gate)
        {
            SetAttribute(CUfunction_attribute.CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES, limit);
            Volatile.Write(ref _maxDynamicSharedBytes, limit);
        }

        GC.KeepAlive(_library);
    }
}
