using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace CudaKernels;

/// <summary>The managed form of clipping by the global norm: sums squares in double, part by part, and scales in the type that the kernels compute in.</summary>
internal static unsafe class ManagedClipNorm
{
    // As in kernels/optimizers/clip_norm.cu, where one block sums so many.
    private const int Chunk = 16_384;

    /// <summary>How many partial sums a tensor has.</summary>
    public static long Chunks<T>(DeviceTensor<T> tensor) where T : unmanaged => ((long)tensor.FlattenedLength + Chunk - 1) / Chunk;

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Run<T>(IReadOnlyList<DeviceTensor<T>> tensors, double maxNorm, DeviceTensor<double> norm) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var threads = ((CpuDevice)norm.Device).Options.Threads;
        var sum = 0.0;
        for (var i = 0; i < tensors.Count; i++)
        {
            using var hold = new BlockHold(tensors[i].Block);
            sum += SumOfSquares(tensors[i], threads);
        }

        var length = Math.Sqrt(sum);
        norm.CopyFrom([length]);
        if (length <= maxNorm)
        {
            return;
        }

        for (var i = 0; i < tensors.Count; i++)
        {
            using var hold = new BlockHold(tensors[i].Block);
            var chunks = Chunks(tensors[i]);
            if (typeof(T) == typeof(double))
            {
                ManagedParallel.For(chunks, threads, new Scaling<T, double>(ManagedSpan.Pointer(tensors[i]), tensors[i].FlattenedLength, maxNorm / length));
            }
            else
            {
                ManagedParallel.For(chunks, threads, new Scaling<T, float>(ManagedSpan.Pointer(tensors[i]), tensors[i].FlattenedLength, (float)(maxNorm / length)));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Run<T>(TensorTable<T> table, double maxNorm, DeviceTensor<double> norm) where T : unmanaged, IFloatingPointIeee754<T>
    {
        using var hold = new BlockHold(table.Writing, table.Scratch);
        var threads = ((CpuDevice)table.Device).Options.Threads;
        var chunks = (TensorChunk*)table.Writing.Address;
        var partial = (double*)table.Scratch.Address;
        ManagedParallel.For(table.ChunkCount, threads, new TableSquares<T>(chunks, partial));
        var sum = 0.0;
        for (var i = 0; i < table.ChunkCount; i++)
        {
            sum += partial[i];
        }

        var length = Math.Sqrt(sum);
        norm.CopyFrom([length]);
        if (length <= maxNorm)
        {
            return;
        }

        if (typeof(T) == typeof(double))
        {
            ManagedParallel.For(table.ChunkCount, threads, new TableScaling<T, double>(chunks, maxNorm / length));
        }
        else
        {
            ManagedParallel.For(table.ChunkCount, threads, new TableScaling<T, float>(chunks, (float)(maxNorm / length)));
        }
    }

    private static double SumOfSquares<T>(DeviceTensor<T> tensor, int threads) where T : unmanaged
    {
        var partials = new double[Chunks(tensor)];
        fixed (double* partial = partials)
        {
            ManagedParallel.For(partials.Length, threads, new Squares<T>(ManagedSpan.Pointer(tensor), tensor.FlattenedLength, partial));
        }

        return partials.Sum();
    }

    private readonly struct Squares<T>(T* x, nint count, double* partial) : IParallelBody where T : unmanaged
    {
        public void Execute(long chunk)
        {
            var start = (nint)chunk * Chunk;
            partial[chunk] = SpanReduction.SumOfSquares(new ReadOnlySpan<T>(x + start, (int)Math.Min(Chunk, count - start)));
        }
    }

    private readonly struct Scaling<T, TCompute>(T* x, nint count, TCompute factor) : IParallelBody
        where T : unmanaged, IFloatingPointIeee754<T>
        where TCompute : unmanaged, IFloatingPointIeee754<TCompute>
    {
        public void Execute(long chunk)
        {
            var start = (nint)chunk * Chunk;
            var part = new Span<T>(x + start, (int)Math.Min(Chunk, count - start));
            if (typeof(T) == typeof(TCompute))
            {
                var same = MemoryMarshal.Cast<T, TCompute>(part);
                VectorLoop.Apply(new RowFunctions.Scaled<TCompute>(factor), same, same);
            }
            else
            {
                VectorLoop.ApplyInSingle(new RowFunctions.Scaled<float>(float.CreateTruncating(factor)), part, part);
            }
        }
    }

    private readonly struct TableSquares<T>(TensorChunk* chunks, double* partial) : IParallelBody where T : unmanaged
    {
        public void Execute(long chunk) => partial[chunk] = SpanReduction.SumOfSquares(new ReadOnlySpan<T>((void*)chunks[chunk].Data, (int)chunks[chunk].Count));
    }

    private readonly struct TableScaling<T, TCompute>(TensorChunk* chunks, TCompute factor) : IParallelBody
        where T : unmanaged, IFloatingPointIeee754<T>
        where TCompute : unmanaged, IFloatingPointIeee754<TCompute>
    {
        public void Execute(long chunk) => new Scaling<T, TCompute>((T*)chunks[chunk].Data, (nint)chunks[chunk].Count, factor).Execute(0);
    }
}
