namespace CudaKernels;

/// <summary>How GELU, x·Φ(x), computes the distribution function Φ of the standard normal.</summary>
public enum GeluApproximation
{
    /// <summary>Φ(x) = (1 + erf(x / √2)) / 2.</summary>
    None,

    /// <summary>Φ(x) ≈ (1 + tanh(√(2/π)·(x + 0.044715·x³))) / 2, at most about 5e-4 away.</summary>
    Tanh,
}
