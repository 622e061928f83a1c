namespace CudaKernels;

/// <summary>The work of a <see cref="ManagedParallel"/> loop, as a struct so that the loop is compiled for it and nothing is boxed.</summary>
internal interface IParallelBody
{
    /// <summary>Does chunk <paramref name="chunk"/>. Chunks run in any order and at the same time on several threads.</summary>
    void Execute(long chunk);
}
