namespace CudaKernels;

/// <summary>What the rows of a matrix product are reduced to beside the product itself.</summary>
public enum RowReduction
{
    /// <summary>Σⱼ yⱼ; 0 for no elements.</summary>
    Sum,
    /// <summary>Σⱼ yⱼ², from which an RMS norm goes on; 0 for no elements, infinite where it overflows.</summary>
    SumOfSquares,
    /// <summary>The largest yⱼ; NaN where an element is NaN, -∞ for no elements.</summary>
    Maximum,
}
