namespace CudaKernels;

/// <summary>Computes some rows of one plane: of one channel of an image where the channels come first, of all where they come last.</summary>
internal interface IRowBand
{
    /// <summary>Computes the rows from <paramref name="begin"/> up to <paramref name="end"/>.</summary>
    void Run(long plane, int begin, int end);
}

/// <summary>Images that get another size, as planes of rows of pixels; the elements of a pixel lie together.</summary>
internal readonly unsafe struct ResampledRows(in ConvolutionShape shape)
{
    /// <summary>Elements of results per piece of work.</summary>
    private const int ElementsPerBand = 32 * 1024;

    /// <summary>Elements of a pixel: the channels where they come last, else 1.</summary>
    public int Lanes { get; } = shape.ColumnStep == 1 ? 1 : shape.Channels;

    public long Planes { get; } = shape.ColumnStep == 1 ? (long)shape.Images * shape.Channels : shape.Images;

    public int Height { get; } = shape.Height;

    public int Width { get; } = shape.Width;

    public int OutHeight { get; } = shape.OutHeight;

    public int OutWidth { get; } = shape.OutWidth;

    /// <summary>Elements of a row of the images.</summary>
    public int RowLength => Width * Lanes;

    /// <summary>Elements of a row of the resized images.</summary>
    public int OutRowLength => OutWidth * Lanes;

    /// <summary>A row of the images.</summary>
    public T* Row<T>(T* images, long plane, int row) where T : unmanaged => images + (((plane * Height) + row) * RowLength);

    /// <summary>A row of the resized images.</summary>
    public T* OutRow<T>(T* images, long plane, int row) where T : unmanaged => images + (((plane * OutHeight) + row) * OutRowLength);

    /// <summary>Makes all rows of the resized images.</summary>
    public void MakeOutputs<TBand>(CpuDevice device, TBand band) where TBand : struct, IRowBand => Run(device, OutHeight, OutRowLength, band);

    /// <summary>Makes all rows of the images.</summary>
    public void MakeInputs<TBand>(CpuDevice device, TBand band) where TBand : struct, IRowBand => Run(device, Height, Math.Max(RowLength, OutRowLength), band);

    private void Run<TBand>(CpuDevice device, int rows, int rowLength, TBand band) where TBand : struct, IRowBand
    {
        var rowsPerBand = Math.Max(1, ElementsPerBand / Math.Max(rowLength, 1));
        var bands = (rows + rowsPerBand - 1) / rowsPerBand;
        ManagedParallel.For(Planes * bands, device.Options.Threads, new Work<TBand>(band, bands, rowsPerBand, rows));
    }

    private readonly struct Work<TBand>(TBand band, int bands, int rowsPerBand, int rows) : IParallelBody where TBand : struct, IRowBand
    {
        private readonly TBand _band = band;

        public void Execute(long chunk)
        {
            var (plane, index) = Math.DivRem(chunk, bands);
            var begin = (int)index * rowsPerBand;
            _band.Run(plane, begin, Math.Min(begin + rowsPerBand, rows));
        }
    }
}
