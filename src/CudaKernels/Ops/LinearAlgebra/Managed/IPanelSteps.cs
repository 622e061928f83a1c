namespace CudaKernels;

/// <summary>Where the values of a B panel lie, from one step of k to the next: the inner product is written once and compiled for each.</summary>
internal unsafe interface IPanelSteps<T> where T : unmanaged
{
    /// <summary>The two vectors of this step; the call goes on to the next.</summary>
    T* Next();
}

/// <summary>A panel that was packed: the steps lie one after the other.</summary>
internal unsafe struct PackedSteps<T, TSimd, TVector>(T* panel) : IPanelSteps<T>
    where T : unmanaged
    where TSimd : ISimd<TVector, T>
    where TVector : unmanaged
{
    private T* _next = panel;

    public T* Next()
    {
        T* step = _next;
        _next += 2 * TSimd.Count;
        return step;
    }
}

/// <summary>A panel that lies in an image: each step is so many elements past the first output's place.</summary>
internal unsafe struct OffsetSteps<T>(T* origin, int* offsets) : IPanelSteps<T> where T : unmanaged
{
    private int* _next = offsets;

    public T* Next() => origin + *_next++;
}
