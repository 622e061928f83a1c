namespace CudaKernels;

/// <summary>Consecutive elements one by one, for reductions that have no vector form.</summary>
internal static unsafe class ReductionFold
{
    public static TAccumulator Run<T, TAccumulator, TResult, TBody>(TBody body, T* x, nint count, long index)
        where T : unmanaged
        where TAccumulator : unmanaged
        where TResult : unmanaged
        where TBody : struct, IReductionBody<T, TAccumulator, TResult>
    {
        var all = body.Identity;
        for (nint i = 0; i < count; i++)
        {
            all = body.Combine(all, body.Enter(x[i], index + i));
        }

        return all;
    }
}
