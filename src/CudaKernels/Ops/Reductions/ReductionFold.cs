using System.Runtime.CompilerServices;

namespace CudaKernels;

/// <summary>Consecutive elements, every fourth of them into the same accumulator, for reductions that have no vector form: one accumulator would wait for itself at every element.</summary>
internal static unsafe class ReductionFold
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static TAccumulator Run<T, TAccumulator, TResult, TBody>(TBody body, T* x, nint count, long index)
        where T : unmanaged
        where TAccumulator : unmanaged
        where TResult : unmanaged
        where TBody : struct, IReductionBody<T, TAccumulator, TResult>
    {
        var (first, second, third, fourth) = (body.Identity, body.Identity, body.Identity, body.Identity);
        nint i = 0;
        for (; i <= count - 4; i += 4)
        {
            first = body.Combine(first, body.Enter(x[i], index + i));
            second = body.Combine(second, body.Enter(x[i + 1], index + i + 1));
            third = body.Combine(third, body.Enter(x[i + 2], index + i + 2));
            fourth = body.Combine(fourth, body.Enter(x[i + 3], index + i + 3));
        }

        for (; i < count; i++)
        {
            first = body.Combine(first, body.Enter(x[i], index + i));
        }

        return body.Combine(body.Combine(first, second), body.Combine(third, fourth));
    }
}
