namespace CudaKernels;

/// <summary>One vector width for one element type, so that the matrix product is written once and compiled for each.</summary>
/// <typeparam name="TVector">The vector.</typeparam>
/// <typeparam name="T">The element: float, double, int or long.</typeparam>
internal unsafe interface ISimd<TVector, T>
    where TVector : unmanaged
    where T : unmanaged
{
    /// <summary>Elements per vector.</summary>
    static abstract int Count { get; }

    /// <summary>Rows of the register block. It is two vectors wide, so 2 * TileRows accumulators and three more must fit the register file.</summary>
    static abstract int TileRows { get; }

    /// <summary>The most steps of k that a panel of two vectors holds: it and one of TileRows together stay in the first-level cache.</summary>
    static abstract int TileDepth { get; }

    static abstract TVector Zero { get; }
    static abstract TVector Load(T* source);
    static abstract void Store(TVector value, T* destination);
    static abstract TVector Broadcast(T value);
    static abstract TVector Add(TVector left, TVector right);

    /// <summary>x * y + sum, fused where the machine fuses.</summary>
    static abstract TVector MultiplyAdd(TVector x, TVector y, TVector sum);
}
