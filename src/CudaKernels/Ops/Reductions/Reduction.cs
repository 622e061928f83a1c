using System.Numerics;

namespace CudaKernels;

/// <summary>Runs a reduction along any axes on whatever device the tensors live on.</summary>
internal static class Reduction
{
    private const int BlockThreads = 256;
    private const int WarpThreads = 32;

    /// <summary>Bytes of a row up to which a warp or less reduces it: a block would mostly wait at its barrier.</summary>
    private const long ShortRowBytes = 4096;

    /// <summary>Rows of which a warp each keeps a GPU busy: sixteen for each of 132 multiprocessors, nearly. They all run at once, and none waits at a barrier.</summary>
    private const long ManyRows = 2048;

    /// <summary>Bytes of a row up to which one of many rows has a warp: of longer ones the last to end would be waited for.</summary>
    private const long WarpRowBytes = 32 * 1024;

    /// <summary>Bytes that one thread of a short row takes: four loads that are under way together.</summary>
    private const long ThreadBytes = 64;

    /// <summary>Elements that one block should at least reduce before a long reduction is split.</summary>
    private const long ElementsPerSplit = 16 * 1024;

    /// <summary>Splits up to which one thread joins those of an output.</summary>
    private const long FewSplits = 8;

    /// <summary>Blocks from which on splitting no longer fills the GPU better: six for each of 132 multiprocessors, nearly, which run at once.</summary>
    private const long EnoughBlocks = 768;

    /// <summary>
    /// Reduces <paramref name="x"/> along <paramref name="axes"/> (none: all) into <paramref name="destination"/>, whose shape leaves the
    /// reduced dimensions out or keeps them with length 1. Axes that are not neighbours, and strided tensors, are copied in order first;
    /// nothing is allocated for others.
    /// </summary>
    public static void Run<T, TAccumulator, TResult, TBody>(ReductionKernels kernels, DeviceTensor<T> x, ReadOnlySpan<int> axes, DeviceTensor<TResult> destination, TBody body)
        where T : unmanaged
        where TAccumulator : unmanaged
        where TResult : unmanaged
        where TBody : struct, IReductionBody<T, TAccumulator, TResult>
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(destination);
        var mask = AxisMask.Of(x.Rank, axes);
        RequireResultShape(x, destination, mask);
        TensorOperations.RequireApart(x, destination, nameof(destination));
        destination.RequireDense(nameof(destination));
        if (!ReductionShape.TryCreate(x.Lengths, mask, out var shape))
        {
            RunInOrder<T, TAccumulator, TResult, TBody>(kernels, x, mask, destination, body);
            return;
        }

        if (destination.IsEmpty)
        {
            return;
        }

        using var dense = TensorOperations.AsDense(x);
        if (destination.Device is CudaDevice cuda)
        {
            Launch(cuda, kernels, dense.Tensor, destination, shape);
            return;
        }

        using var hold = new BlockHold(dense.Tensor.Block, destination.Block);
        ManagedReduction.Run<T, TAccumulator, TResult, TBody>((CpuDevice)destination.Device, dense.Tensor, destination, shape, body);
    }

    // Apart from Run: a method with lambdas allocates for them when it is entered.
    private static void RunInOrder<T, TAccumulator, TResult, TBody>(ReductionKernels kernels, DeviceTensor<T> x, AxisMask mask, DeviceTensor<TResult> destination, TBody body)
        where T : unmanaged
        where TAccumulator : unmanaged
        where TResult : unmanaged
        where TBody : struct, IReductionBody<T, TAccumulator, TResult>
    {
        using var ordered = x.PermuteDimensions([.. Enumerable.Range(0, mask.Rank).OrderBy(i => mask[i])]);
        using var copy = ordered.Clone();
        using var result = destination.Reshape(mask.ResultLengths(x.Lengths, keepDimensions: false));
        Run<T, TAccumulator, TResult, TBody>(kernels, copy, [.. Enumerable.Range(mask.Rank - mask.Count, mask.Count)], result, body);
    }

    /// <summary>A new tensor of the shape that a reduction gives.</summary>
    public static DeviceTensor<TResult> NewResult<T, TResult>(DeviceTensor<T> x, ReadOnlySpan<int> axes, bool keepDimensions) where T : unmanaged where TResult : unmanaged
    {
        ArgumentNullException.ThrowIfNull(x);
        var lengths = AxisMask.Of(x.Rank, axes).ResultLengths(x.Lengths, keepDimensions);
        return x.Device.Create<TResult>(TensorLayout.Dense(lengths), x.Stream);
    }

    /// <summary>Refuses outputs that would be reduced from no elements, for the reductions that have no value for none.</summary>
    public static void RequireElements<T>(DeviceTensor<T> x, ReadOnlySpan<int> axes) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(x);
        if (x.IsEmpty && AxisMask.Of(x.Rank, axes).CountResults(x.Lengths) != 0)
        {
            throw new ArgumentException($"reducing shape {x.Layout} would take each result from no elements, and this reduction has no value for none", nameof(x));
        }
    }

    private static void Launch<T, TResult>(CudaDevice cuda, ReductionKernels kernels, DeviceTensor<T> x, DeviceTensor<TResult> y, ReductionShape shape) where T : unmanaged where TResult : unmanaged
    {
        var types = new KernelTypes(ElementType<T>.Kind);
        var stream = y.Stream!;
        var rowBytes = shape.Length * (long)ElementType<T>.Size;
        if (shape.Inner == 1 && (rowBytes <= ShortRowBytes || (rowBytes <= WarpRowBytes && shape.Outputs >= ManyRows)))
        {
            var lanes = (int)Math.Clamp(BitOperations.RoundUpToPowerOf2((uint)((rowBytes + ThreadBytes - 1) / ThreadBytes)), 1, WarpThreads);
            stream.Launch(cuda.GetKernel(kernels.Short, types), Groups(shape.Outputs, lanes), y.Output, x.Input, (long)shape.Outputs, (long)shape.Length);
            return;
        }

        var tile = shape.Inner == 1 ? 1 : WarpThreads * ColumnsPerThread(ElementType<T>.Size);
        var groups = shape.Outer * ((shape.Inner + tile - 1) / tile);
        var perGroup = shape.Length * Math.Min((long)shape.Inner, tile);
        var splits = groups >= EnoughBlocks ? 1 : Math.Clamp(perGroup / ElementsPerSplit, 1, EnoughBlocks / groups);
        var grid = new LaunchConfig(new Dim3(checked((uint)(groups * splits))), new Dim3(BlockThreads));
        using var partial = splits == 1 ? default : new StreamScratch(stream, (nuint)(shape.Outputs * splits * kernels.AccumulatorBytes(types.First)));

        // Without splits the kernel never touches `partial`; the result's address stands in for it.
        var partialArgument = splits == 1 ? y.Output : partial.Output;
        if (shape.Inner == 1)
        {
            stream.Launch(cuda.GetKernel(kernels.Rows, types), grid, y.Output, partialArgument, x.Input, (long)shape.Length, splits);
        }
        else
        {
            stream.Launch(cuda.GetKernel(kernels.Columns, types), grid, y.Output, partialArgument, x.Input, (long)shape.Length, (long)shape.Inner, splits);
        }

        if (splits > 1)
        {
            // Set up while the splits are reduced, where the device can: the kernel waits for them itself.
            var threads = splits <= FewSplits ? 1 : splits <= BlockThreads ? WarpThreads : BlockThreads;
            var finish = Groups(shape.Outputs, threads) with { ProgrammaticDependent = cuda.Specification.ComputeCapability.Major >= 9 };
            stream.Launch(cuda.GetKernel(kernels.Finish, types), finish, y.Output, partial.Input, (long)shape.Outputs, splits, (long)shape.Length);
        }
    }

    /// <summary>Columns that one thread reduces side by side (<c>kColumnsPerThread</c>): 16 bytes, or 8 bytes of single ones.</summary>
    private static int ColumnsPerThread(int elementBytes) => elementBytes == 1 ? 8 : 16 / elementBytes;

    /// <summary>Blocks of several outputs, each of which has a power of two of threads.</summary>
    private static LaunchConfig Groups(long outputs, int threads)
    {
        var perBlock = BlockThreads / threads;
        return new LaunchConfig(new Dim3(checked((uint)((outputs + perBlock - 1) / perBlock))), new Dim3((uint)threads, (uint)perBlock));
    }

    private static void RequireResultShape<T, TResult>(DeviceTensor<T> x, DeviceTensor<TResult> destination, AxisMask mask) where T : unmanaged where TResult : unmanaged
    {
        if (!mask.IsResult(x.Lengths, keepDimensions: false, destination.Lengths) && !mask.IsResult(x.Lengths, keepDimensions: true, destination.Lengths))
        {
            var (removed, kept) = (mask.ResultLengths(x.Lengths, keepDimensions: false), mask.ResultLengths(x.Lengths, keepDimensions: true));
            throw new ArgumentException(
                $"reducing shape {x.Layout} gives {TensorLayout.Format(removed)} (or {TensorLayout.Format(kept)} with the dimensions kept), the destination has {destination.Layout}", nameof(destination));
        }
    }
}
