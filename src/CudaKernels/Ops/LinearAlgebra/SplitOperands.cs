namespace CudaKernels;

/// <summary>
/// The operands of a product of floats in 3xTF32 by wgmma: every element split into the sum of two TF32 (kernels/linear_algebra/matmul_wgmma.cu), in memory of the
/// stream, [2·matrices, rows, k] with the small parts first, A's and then B's. Whatever their layout was, k is the dense dimension.
/// </summary>
internal readonly ref struct SplitOperands : IDisposable
{
    /// <summary>The products of two parts of which one is made.</summary>
    public const int Products = 3;

    private const int Chunk = 4;
    private const int Tile = 32;
    private const int Threads = 256;

    private readonly CudaStream _stream;
    private readonly StreamScratch _scratch;
    private readonly MatrixOperand _left;
    private readonly MatrixOperand _right;
    private readonly long _leftCount;
    private readonly long _rightCount;

    /// <summary>Memory for the parts; <see cref="Split"/> fills it.</summary>
    /// <param name="stream">The stream of the product.</param>
    /// <param name="a">The matrices of A.</param>
    /// <param name="b">The matrices of B.</param>
    /// <param name="batch">How many of them.</param>
    /// <param name="sumBytes">Memory for sums of parts of k behind them: a stream keeps one piece of memory for an operation.</param>
    public SplitOperands(CudaStream stream, MatrixOperand a, MatrixOperand b, in MatrixBatch batch, nuint sumBytes)
    {
        var pitch = (a.Columns + Chunk - 1) / Chunk * Chunk;
        _stream = stream;
        _left = new MatrixOperand(a.Rows, a.Columns, IsTransposed: false, pitch);
        _right = new MatrixOperand(b.Rows, b.Columns, IsTransposed: true, pitch);
        _leftCount = batch.StepA == 0 ? 1 : batch.Count;
        _rightCount = batch.StepB == 0 ? 1 : batch.Count;
        _scratch = new StreamScratch(stream, checked(SumsStart + sumBytes));
    }

    private nint LeftStep => _left.Rows * _left.LeadingDimension;

    private nint RightStep => _right.Columns * _right.LeadingDimension;

    private nuint RightStart => checked((nuint)(2 * _leftCount * LeftStep) * sizeof(float));

    private nuint SumsStart => checked(RightStart + ((nuint)(2 * _rightCount * RightStep) * sizeof(float)));

    /// <summary>The memory for the sums.</summary>
    public KernelArgument Sums => _scratch.At(SumsStart, writes: true);

    /// <summary>Makes the maps of the parts; false where a tensor map does not take them.</summary>
    /// <param name="shape">The tile.</param>
    /// <param name="maps">The maps.</param>
    public bool TryCreateMaps(WgmmaShape shape, out WgmmaMaps maps) => WgmmaMaps.TryCreate<float>(
        shape,
        _stream.Device,
        new WgmmaOperand(_scratch.At(0, writes: false), _left, 2 * _leftCount, LeftStep),
        new WgmmaOperand(_scratch.At(RightStart, writes: false), _right, 2 * _rightCount, RightStep),
        TensorMapElement.Float32,
        out maps);

    /// <summary>Splits the operands.</summary>
    /// <param name="atA">The first element of A.</param>
    /// <param name="a">The matrices of A as they lie there.</param>
    /// <param name="atB">The first element of B.</param>
    /// <param name="b">The matrices of B as they lie there.</param>
    /// <param name="batch">The steps between them.</param>
    public void Split(KernelArgument atA, MatrixOperand a, KernelArgument atB, MatrixOperand b, in MatrixBatch batch)
    {
        SplitOne(_scratch.At(0, writes: true), atA, a.Rows, a.LeadingDimension, batch.StepA, _leftCount, a.IsTransposed);
        SplitOne(_scratch.At(RightStart, writes: true), atB, b.Columns, b.LeadingDimension, batch.StepB, _rightCount, !b.IsTransposed);
    }

    public void Dispose() => _scratch.Dispose();

    private void SplitOne(KernelArgument parts, KernelArgument x, nint rows, nint leading, long step, long count, bool isTransposed)
    {
        var k = _left.Columns;
        var tiles = checked((uint)((rows + Tile - 1) / Tile * ((k + Tile - 1) / Tile) * count));
        _stream.Launch(
            _stream.Device.GetKernel(isTransposed ? MatMulChoice.SplitTransposed : MatMulChoice.Split, new KernelTypes(ElementKind.Float32)),
            new LaunchConfig(new Dim3(tiles), new Dim3(Threads)),
            parts,
            x,
            (long)rows,
            (long)k,
            (long)leading,
            step,
            count,
            (long)_left.LeadingDimension);
    }
}
