namespace CudaKernels;

/// <summary>What a random operation makes of random outputs on the processor.</summary>
internal unsafe interface IRandomBody<T> where T : unmanaged
{
    /// <summary>32-bit outputs that an element uses: 1 or 2.</summary>
    static abstract int OutputsPerElement { get; }

    /// <summary>Makes some elements.</summary>
    /// <param name="outputs">The outputs of the elements, and beyond them valid ones up to a whole number of <see cref="ManagedRandom.Padding"/>.</param>
    /// <param name="y">The elements, and room for as many as there are outputs.</param>
    /// <param name="x">The input's elements, padded alike; null for an operation without one. May be <paramref name="y"/>.</param>
    /// <param name="count">How many elements, padding included.</param>
    void Run(uint* outputs, T* y, T* x, int count);
}
