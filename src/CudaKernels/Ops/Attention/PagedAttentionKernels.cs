namespace CudaKernels;

/// <summary>The kernels of the attention over pages, how the keys are divided among blocks, and the launches.</summary>
internal sealed unsafe class PagedAttentionKernels(KernelFile file)
{
    private const int BlockThreads = 128;
    private const int TileKeys = 64;

    // Enough loads on their way to keep the memory busy, where shared memory has room, and no part so short that putting it together costs more than it brings.
    private const int BlocksPerMultiprocessor = 3;
    private const int TilesPerSplit = 2;
    private const int MostSplits = BlockThreads;

    private readonly KernelTemplate _one = file.Template("paged_attention<{0}, 1>", ElementTypes.Floating);
    private readonly KernelTemplate _four = file.Template("paged_attention<{0}, 4>", ElementTypes.Floating);
    private readonly KernelTemplate _eight = file.Template("paged_attention<{0}, 8>", ElementTypes.Floating);
    private readonly KernelTemplate _merge = file.Template("paged_attention_merge<{0}>", ElementTypes.Floating);

    public void Run<T, TStatistic>(
        AttentionShape shape, PagedCacheShape cache, double scale, AttentionAlgorithm algorithm, in PagedAttentionInputs<T> inputs, DeviceTensor<T> destination, DeviceTensor<TStatistic>? logSumExp)
        where T : unmanaged
        where TStatistic : unmanaged
    {
        var (stream, types, cuda) = (destination.Stream!, TensorOperations.Types<T>(), (CudaDevice)destination.Device);
        var kernel = AttentionChoice.Paged<T>(cuda, shape, algorithm) == AttentionAlgorithm.Flash ? FlashPagedAttention.Kernel(shape) : Plain(shape.Group * shape.Queries);
        var blocks = shape.KeyHeads * (((shape.Group * shape.Queries) + kernel.Rows - 1) / kernel.Rows);
        var splits = Splits(shape, Math.Max(cuda.Specification.MultiprocessorCount * BlocksAtOnce(cuda.Specification, kernel.SharedBytes) / blocks, 1));
        var sumBytes = 2 * (typeof(T) == typeof(double) ? sizeof(double) : sizeof(float));
        var sums = (nuint)(splits == 1 ? 0 : shape.QueryRows * splits * sumBytes);
        using var parts = splits == 1 ? default : new StreamScratch(stream, sums + (sums / 2 * (nuint)shape.ValueDim));

        // Where there is one split the kernel never touches parts, without logarithms never these; the result's address stands in.
        stream.Launch(
            cuda.GetKernel(kernel.Template, types),
            LaunchConfig.Cover(blocks * splits * kernel.Threads, kernel.Threads) with { SharedBytes = kernel.SharedBytes },
            destination.Output,
            logSumExp is null ? destination.Output : logSumExp.Output,
            logSumExp is not null,
            splits == 1 ? destination.Output : parts.At(sums, writes: true),
            splits == 1 ? destination.Output : parts.Output,
            inputs.Queries.Input,
            inputs.KeyPages.Input,
            inputs.ValuePages.Input,
            inputs.PageTable.Input,
            inputs.Lengths.Input,
            TensorOperations.Attribute<T>(scale),
            KernelArgument.Struct(&shape),
            KernelArgument.Struct(&cache),
            splits);
        if (splits == 1)
        {
            return;
        }

        stream.Launch(
            cuda.GetKernel(_merge, types),
            LaunchConfig.Cover(shape.QueryRows * BlockThreads, BlockThreads),
            destination.Output,
            logSumExp is null ? destination.Output : logSumExp.Output,
            logSumExp is not null,
            parts.At(sums, writes: false),
            parts.Input,
            inputs.Lengths.Input,
            KernelArgument.Struct(&shape),
            KernelArgument.Struct(&cache),
            splits);
    }

    private PagedAttentionKernel Plain(long rows) => rows switch
    {
        1 => new(_one, 1, BlockThreads, 0),
        <= 4 => new(_four, 4, BlockThreads, 0),
        _ => new(_eight, 8, BlockThreads, 0),
    };

    /// <summary>How many blocks of a multiprocessor the keys are divided among.</summary>
    private static long BlocksAtOnce(DeviceSpecification device, int sharedBytes) =>
        sharedBytes == 0 ? BlocksPerMultiprocessor : Math.Clamp(device.SharedMemoryPerMultiprocessor / (sharedBytes + device.ReservedSharedMemoryPerBlock), 1, BlocksPerMultiprocessor);

    /// <summary>Among how many blocks the keys of a sequence are divided, of the number that the device has room for.</summary>
    private static long Splits(in AttentionShape shape, long room)
    {
        var keys = Math.Min(shape.Keys, shape.Before + shape.After + shape.Queries);
        return Math.Clamp(keys / (TilesPerSplit * TileKeys), 1, Math.Min(room, MostSplits));
    }
}

/// <summary>A kernel of the attention over pages.</summary>
/// <param name="Template">Its instances.</param>
/// <param name="Rows">The rows of queries that a block works on.</param>
/// <param name="Threads">The threads of a block.</param>
/// <param name="SharedBytes">Its dynamic shared memory.</param>
internal readonly record struct PagedAttentionKernel(KernelTemplate Template, int Rows, int Threads, int SharedBytes);
