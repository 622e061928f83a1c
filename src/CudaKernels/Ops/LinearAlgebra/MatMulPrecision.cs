namespace CudaKernels;

/// <summary>
/// How exact a product of float matrices must be on a CUDA device whose tensor cores could compute it faster with less. Other types, the managed device and
/// devices without such tensor cores compute in full precision whatever is asked for.
/// </summary>
public enum MatMulPrecision
{
    /// <summary>Products and sums in float.</summary>
    Full,
    /// <summary>The elements are rounded to the nearest TF32, which has float's range and 10 bits of mantissa; sums in float. The relative error of a product is up to 2⁻¹⁰.</summary>
    Tf32,
    /// <summary>
    /// Each element is the sum of two TF32 numbers, of which three of the four products are taken (3xTF32): nearly float's accuracy at a third of <see cref="Tf32"/>'s speed.
    /// An infinite element gives NaN.
    /// </summary>
    Tf32x3,
}
