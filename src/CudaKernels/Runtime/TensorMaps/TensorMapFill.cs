namespace CudaKernels;

/// <summary>What a load puts where its tile reaches beyond the tensor.</summary>
public enum TensorMapFill
{
    /// <summary>Zeros.</summary>
    Zero = 0,
    /// <summary>A NaN; for floating-point elements.</summary>
    NaN = 1,
}
