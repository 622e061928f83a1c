namespace CudaKernels;

/// <summary>The operands of one product C[M, N] = alpha * op(A)[M, K] * op(B)[K, N] + beta * C, row-major with leading dimensions in elements.</summary>
internal unsafe readonly struct GemmProblem<TStore> where TStore : unmanaged
{
    /// <summary>Whether A is stored [K, M].</summary>
    public bool TransposeA { get; init; }
    /// <summary>Whether B is stored [N, K].</summary>
    public bool TransposeB { get; init; }
    public nint M { get; init; }
    public nint N { get; init; }
    public nint K { get; init; }
    public TStore* A { get; init; }
    public nint Lda { get; init; }
    public TStore* B { get; init; }
    public nint Ldb { get; init; }
    public TStore* C { get; init; }
    public nint Ldc { get; init; }
}
