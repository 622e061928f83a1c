namespace CudaKernels.Emulation;

/// <summary>A kernel that can be run.</summary>
internal abstract class KernelCode
{
    /// <summary>The name that it is looked up by: the mangled one.</summary>
    public abstract string Name { get; }

    /// <summary>Offset and size of each parameter in bytes.</summary>
    public abstract IReadOnlyList<(int Offset, int Size)> Parameters { get; }

    /// <summary>The most threads of a block, from __launch_bounds__; 0 for no limit of its own.</summary>
    public abstract int MaxThreadsPerBlock { get; }

    /// <summary>Shared memory that it declares itself, or an upper bound of it.</summary>
    public abstract int StaticSharedBytes { get; }

    /// <summary>Whether <see cref="StaticSharedBytes"/> is the kernel's own, not the sum over all kernels of its file.</summary>
    public virtual bool IsStaticSharedExact => true;

    /// <summary>The cluster that every launch has, from __cluster_dims__; the default where the launch chooses.</summary>
    public virtual Dim3 Cluster => default;

    /// <summary>Runs the grid and returns when it is done.</summary>
    /// <param name="launch">What to run.</param>
    /// <exception cref="KernelFault">The kernel failed.</exception>
    public abstract void Run(in KernelLaunch launch);
}
