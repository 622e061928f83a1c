namespace CudaKernels;

/// <summary>Where the reduced rows of a product go, one element to each row, and what they are reduced to.</summary>
/// <param name="reduction">What the rows are reduced to.</param>
/// <param name="memory">The memory of the elements.</param>
/// <param name="byteOffset">Where the first one lies in it.</param>
/// <param name="elementSize">Bytes of an element.</param>
internal readonly struct RowTarget(RowReduction reduction, MemoryBlock memory, nuint byteOffset, int elementSize)
{
    /// <summary>What the rows are reduced to.</summary>
    public RowReduction Reduction => reduction;

    /// <summary>The memory of the elements.</summary>
    public MemoryBlock Memory => memory;

    /// <summary>Bytes of an element.</summary>
    public int ElementSize => elementSize;

    /// <summary>The elements of a tensor.</summary>
    public static RowTarget Of<T>(RowReduction reduction, DeviceTensor<T> rows) where T : unmanaged => new(reduction, rows.Block, rows.ByteOffset, ElementType<T>.Size);

    /// <summary>The element of a row.</summary>
    public KernelArgument At(long row) => KernelArgument.Memory(memory, byteOffset + ((nuint)row * (nuint)elementSize), writes: true);

    /// <summary>Refuses a tensor that does not fit the rows of a product.</summary>
    public static void Require<T, TStatistic>(RowReduction reduction, DeviceTensor<TStatistic> rows, DeviceTensor<T> destination)
        where T : unmanaged
        where TStatistic : unmanaged
    {
        if (!Enum.IsDefined(reduction))
        {
            throw new ArgumentOutOfRangeException(nameof(reduction), reduction, "not a reduction of rows");
        }

        ArgumentNullException.ThrowIfNull(destination);
        ArgumentNullException.ThrowIfNull(rows);
        var type = typeof(T) == typeof(double) ? typeof(double) : typeof(float);
        if (typeof(TStatistic) != type)
        {
            throw new ArgumentException($"the rows of {typeof(T).Name} matrices are reduced to {(type == typeof(double) ? "double" : "float")}, got {typeof(TStatistic).Name}", nameof(rows));
        }

        TensorOperations.RequireShape(rows, destination.Lengths[..^1], nameof(rows));
        TensorOperations.RequireApart(rows, destination, nameof(rows));
        rows.RequireDense();
    }
}
