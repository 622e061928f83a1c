namespace CudaKernels.Catalog.Cases;

/// <summary>A matrix to 8-bit floats with a scale for each block of 1x128, and for each of 128x128. The shape holds rows and columns.</summary>
internal sealed class BlockQuantizationCase<TFloat8> : FloatingCase where TFloat8 : unmanaged, IFloat8<TFloat8>
{
    private const int Length = 128;

    private static readonly Float8Reference s_format = Float8Reference.Of<TFloat8>();

    public override string Name => $"quantize-blocks-{ElementTypes.ShortName(ElementType<TFloat8>.Kind)}";

    public override string Family => "quantization";

    public override string KernelFile => "quantization/quantize_blocks.cu";

    // Rows that are moved four elements at once and rows that are not; blocks at either edge; more blocks of a row than a thread block takes.
    public override IReadOnlyList<CaseShape> Shapes { get; } =
        [new(0, 5), new(3, 0), new(1, 1), new(5, 131), new([9, 132], CaseLayout.Unaligned), new([6, 33], CaseLayout.Strided), new(129, 260), new(130, 129), new(300, 520)];

    public override IReadOnlyList<CaseShape> RaggedShapes { get; } =
        [new(0, 5), new(3, 0), new(1, 1), new(5, 131), new([9, 132], CaseLayout.Unaligned), new([6, 33], CaseLayout.Strided), new(130, 129), new(129, 136)];

    public override double Tolerance(ElementKind kind) => 0;

    protected override CasePlan Plan<T>(CaseInputs inputs)
    {
        var (rows, columns) = (inputs.Lengths[0], inputs.Lengths[1]);
        var data = inputs.Input<T>(inputs.Lengths, -10, 10, withSpecials: true).Data;
        for (var i = 0; i < data.Length; i++)
        {
            data[i] = Scaled(data[i], (int)(i / columns), (int)(i % columns));
        }

        var x = inputs.Input(data, inputs.Lengths);
        nint[] lengths = [rows, (columns + Length - 1) / Length], squareLengths = [(rows + Length - 1) / Length, (columns + Length - 1) / Length];
        var (values, scale) = (QuantizationCases.Dense<TFloat8>(inputs, inputs.Lengths), QuantizationCases.Dense<float>(inputs, lengths));
        var (squareValues, squareScale) = (inputs.Shape.Layout == CaseLayout.Unaligned ? inputs.Output<TFloat8>(inputs.Lengths) : QuantizationCases.Dense<TFloat8>(inputs, inputs.Lengths), QuantizationCases.Dense<float>(inputs, squareLengths));
        var dense = inputs.Own(inputs.Device.CreateTensor(data, inputs.Lengths));
        var (scales, squareScales) = (new Lazy<double[]>(() => Scales<T>(x.Values, rows, columns, 1)), new Lazy<double[]>(() => Scales<T>(x.Values, rows, columns, Length)));
        return new CasePlan(() => x.Tensor.QuantizeBlocks(BlockScaling.Block1x128, values, scale), (double)inputs.Shape.Count * (1 + ElementType<T>.Size))
            .Also(() => dense.QuantizeBlocks(BlockScaling.Block128x128, squareValues, squareScale))
            .Expect(scale, () => scales.Value)
            .Expect(values, () => Nearest<T>(x.Values, scales.Value, columns, 1))
            .Expect(squareScale, () => squareScales.Value)
            .Expect(squareValues, () => Nearest<T>(x.Values, squareScales.Value, columns, Length));
    }

    // Rows of different magnitudes, which scales must follow; one of zeros, one of NaN, one whose scale would be too small, and a whole block of zeros.
    private static T Scaled<T>(T x, int row, int column) where T : unmanaged, System.Numerics.IFloatingPointIeee754<T> =>
        row % 16 == 3 || (row < Length && column / Length == 1 && column < 2 * Length && row % 2 == 0) ? T.Zero
        : row % 16 == 5 ? T.NaN
        : row % 16 == 7 && T.IsFinite(x) ? (column % 2 == 0 ? T.Epsilon : T.Zero)
        : x * T.CreateTruncating(Math.ScaleB(1, (row % 9) - 4));

    private static double[] Scales<T>(double[] x, nint rows, nint columns, int height) where T : unmanaged
    {
        var across = (columns + Length - 1) / Length;
        var largest = new double[(rows + height - 1) / height * across];
        for (var i = 0; i < x.Length; i++)
        {
            if (double.IsFinite(x[i]))
            {
                ref var of = ref largest[(i / columns / height * across) + (i % columns / Length)];
                of = Math.Max(of, Math.Abs(x[i]));
            }
        }

        return Array.ConvertAll(largest, value => (float)Math.Min(value / s_format.Largest, float.MaxValue) is var scale and > 0 ? (double)scale : 1);
    }

    private static double[] Nearest<T>(double[] x, double[] scales, nint columns, int height) where T : unmanaged
    {
        var across = (columns + Length - 1) / Length;
        return [.. x.Select((value, i) => ScalingCase.Nearest<T>(s_format, value, (float)scales[(i / columns / height * across) + (i % columns / Length)]))];
    }
}
