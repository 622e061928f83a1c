namespace CudaKernels;

/// <summary>A reduction on the managed device: the same five parts as the kernels' (common/reduction.cuh).</summary>
/// <typeparam name="T">The element type.</typeparam>
/// <typeparam name="TAccumulator">What a part of the elements is reduced to.</typeparam>
/// <typeparam name="TResult">The element type of the output.</typeparam>
internal unsafe interface IReductionBody<T, TAccumulator, TResult> where T : unmanaged where TAccumulator : unmanaged where TResult : unmanaged
{
    TAccumulator Identity { get; }

    TAccumulator Enter(T x, long index);

    TAccumulator Combine(TAccumulator a, TAccumulator b);

    TResult Finish(TAccumulator all, long length);

    /// <summary>The accumulator of consecutive elements, the first of which stands at <paramref name="index"/>: the place for vector code.</summary>
    TAccumulator Run(T* x, nint count, long index);
}
