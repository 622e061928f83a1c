namespace CudaKernels.Emulation;

/// <summary>A grid to run.</summary>
internal unsafe ref struct NativeLaunch
{
    public SoftwareKernel Kernel;
    public Dim3 Grid;
    public Dim3 Block;
    public uint SharedBytes;

    /// <summary>One pointer per parameter, to a copy that lives as long as the call.</summary>
    public void** Arguments;

    /// <summary>The order in which ready threads run; 0 is first in, first out.</summary>
    public ulong Seed;

    /// <summary>Whether the last thread of a block starts first.</summary>
    public bool Reversed;

    /// <summary>Operating-system threads that share the blocks.</summary>
    public int Workers;

    /// <summary>Whether all blocks are in flight at once and may wait for one another.</summary>
    public bool Cooperative;

    public Dim3 Cluster;

    /// <summary>The stream's number; 0 for a node of a graph.</summary>
    public ulong Stream;

    /// <summary>Whether the kernel before it in the stream may still run.</summary>
    public bool Dependent;

    /// <summary>Processor time after which a worker's kernel counts as hung; 0 for no limit.</summary>
    public int TimeLimitMilliseconds;
}

/// <summary>How a grid ended.</summary>
/// <param name="Fault">The first fault, or null.</param>
/// <param name="Output">What the kernel printed.</param>
/// <param name="Findings">What the checking mode found, the fault included.</param>
/// <param name="Accesses">The accesses to memory that it looked at.</param>
internal sealed record NativeLaunchResult(NativeFault? Fault, string Output, IReadOnlyList<EmulationReport> Findings, ulong Accesses);

/// <summary>A fault in kernel code.</summary>
internal sealed record NativeFault(string Rule, string Message, string Kernel, string? File, int Line, Dim3 Thread, Dim3 Block, ulong Address);
