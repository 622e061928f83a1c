namespace CudaKernels.Emulation;

/// <summary>What a kernel parameter is.</summary>
internal enum SoftwareParameterKind
{
    Pointer,
    ConstPointer,
    Floating,
    SignedInteger,
    UnsignedInteger,
    Struct,
}

/// <summary>A kernel parameter: where it stands in the packed argument block, and what it is.</summary>
internal readonly record struct SoftwareParameter(int Offset, int Size, SoftwareParameterKind Kind);

/// <summary>A kernel of a loaded module.</summary>
/// <param name="Module">The module, which stays loaded.</param>
/// <param name="Name">The lowered (mangled) name.</param>
/// <param name="Expression">The name as it was asked for.</param>
/// <param name="Call">The function that unpacks the arguments and calls the kernel.</param>
/// <param name="Parameters">The parameters.</param>
/// <param name="MaxThreadsPerBlock">From __launch_bounds__; 0 where it says nothing.</param>
/// <param name="StaticSharedBytes">The static shared memory of the module: an upper bound of the kernel's own.</param>
/// <param name="DeclaredSharedBytes">The static shared memory that the kernel's own body declares: a lower bound of the kernel's own.</param>
internal sealed record SoftwareKernel(
    SoftwareModule Module, string Name, string Expression, nint Call, IReadOnlyList<SoftwareParameter> Parameters, int MaxThreadsPerBlock, int StaticSharedBytes, long DeclaredSharedBytes)
{
    /// <summary>The cluster that __cluster_dims__ asks for; the default where the launch chooses.</summary>
    public Dim3 Cluster { get; init; }

    /// <summary>Offset and size of the variables in static shared memory that the kernel may touch; for the checking mode.</summary>
    public NativeList<(uint Offset, uint Size)> SharedVariables { get; init; }

    /// <summary>The bytes of the packed argument block.</summary>
    public int ArgumentBytes { get; } = Parameters.Count == 0 ? 0 : Parameters[^1].Offset + Parameters[^1].Size;
}
