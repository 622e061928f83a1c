namespace CudaKernels;

/// <summary>How quotients become elements of an 8-bit type on the processor.</summary>
/// <typeparam name="TQuantized">The 8-bit type.</typeparam>
internal unsafe interface IQuantizer<TQuantized> where TQuantized : unmanaged
{
    /// <summary>Divides by one scale, and rounds and clamps.</summary>
    static abstract void Quantize(float* x, float scale, TQuantized* q, nint count);

    /// <summary>Rounds and clamps a quotient of doubles.</summary>
    static abstract TQuantized Nearest(double steps);
}
