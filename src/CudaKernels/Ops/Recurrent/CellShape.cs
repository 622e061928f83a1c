namespace CudaKernels;

/// <summary>The rows and columns of a recurrent cell's state, and the checks of its operands.</summary>
internal readonly record struct CellShape(nint Rows, int Width, int Gates)
{
    /// <summary>The elements of the state.</summary>
    public long Count => (long)Rows * Width;

    /// <summary>Reads the shape off a state [rows, width].</summary>
    /// <exception cref="ArgumentException">The state is no matrix.</exception>
    public static CellShape Of<T>(DeviceTensor<T> state, int gates, string parameter) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(state, parameter);
        if (state.Rank != 2)
        {
            throw new ArgumentException($"the state of a cell is a matrix [rows, width], got {state.Layout}", parameter);
        }

        state.RequireDense();
        return new CellShape(state.Lengths[0], checked((int)state.Lengths[1]), gates);
    }

    /// <summary>Requires a dense matrix of the state's shape.</summary>
    public void RequireState<T>(DeviceTensor<T> tensor, string parameter) where T : unmanaged => Require(tensor, Width, parameter);

    /// <summary>Requires a dense matrix with a column block for each gate.</summary>
    public void RequireGates<T>(DeviceTensor<T> tensor, string parameter) where T : unmanaged => Require(tensor, (nint)Gates * Width, parameter);

    /// <summary>Requires that no destination overlaps an input, nor another destination.</summary>
    public static void RequireApart<T>(ReadOnlySpan<DeviceTensor<T>?> inputs, params ReadOnlySpan<DeviceTensor<T>> destinations) where T : unmanaged
    {
        for (var i = 0; i < destinations.Length; i++)
        {
            foreach (var input in inputs)
            {
                if (input is not null)
                {
                    TensorOperations.RequireApart(input, destinations[i], "destination");
                }
            }

            foreach (var other in destinations[..i])
            {
                TensorOperations.RequireApart(other, destinations[i], "destination");
            }
        }
    }

    private void Require<T>(DeviceTensor<T> tensor, nint columns, string parameter) where T : unmanaged
    {
        TensorOperations.RequireShape(tensor, [Rows, columns], parameter);
        tensor.RequireDense();
    }
}
