namespace CudaKernels;

/// <summary>A tensor as a scope sees it.</summary>
internal interface IScopedTensor : IDisposable
{
    /// <summary>The scope that owns the tensor; only the scope sets it.</summary>
    TensorScope? Scope { get; set; }
}
