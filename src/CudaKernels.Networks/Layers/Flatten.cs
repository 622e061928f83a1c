using System.Numerics;

namespace CudaKernels.Networks;

/// <summary>Makes each sample of a batch a vector: [batch, …] to [batch, features].</summary>
/// <typeparam name="T">The element type.</typeparam>
public sealed class Flatten<T> : Reshape<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Makes the layer.</summary>
    public Flatten()
        : base(-1)
    {
    }
}
