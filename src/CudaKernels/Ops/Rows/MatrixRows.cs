namespace CudaKernels;

/// <summary>A tensor seen as rows along its last dimension.</summary>
/// <param name="Count">How many rows: the product of all other lengths (1 for a vector).</param>
/// <param name="Columns">Elements per row.</param>
internal readonly record struct MatrixRows(nint Count, nint Columns)
{
    public static MatrixRows Of<T>(DeviceTensor<T> tensor) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (tensor.Rank == 0)
        {
            throw new ArgumentException("a scalar has no rows: one dimension at least is needed");
        }

        var columns = tensor.Lengths[^1];
        return new MatrixRows(TensorLayout.CountOf(tensor.Lengths[..^1]), columns);
    }
}
