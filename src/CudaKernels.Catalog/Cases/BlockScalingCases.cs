using System.Numerics;

namespace CudaKernels.Catalog.Cases;

/// <summary>A case of a matrix of numbers and one of 8-bit floats with scales of blocks, first of 1x128, then of 128x128. The shape holds rows and columns.</summary>
internal abstract class BlockScalingCase : FloatingCase
{
    private const int Length = 128;

    public override string Family => "quantization";

    // Rows that are moved four elements at once and rows that are not; blocks at either edge; more blocks of a row than a thread block takes.
    public override IReadOnlyList<CaseShape> Shapes { get; } =
        [new(0, 5), new(3, 0), new(1, 1), new(5, 131), new([9, 132], CaseLayout.Unaligned), new([6, 33], CaseLayout.Strided), new(129, 260), new(130, 129), new(300, 520)];

    public override IReadOnlyList<CaseShape> RaggedShapes { get; } =
        [new(0, 5), new(3, 0), new(1, 1), new(5, 131), new([9, 132], CaseLayout.Unaligned), new([6, 33], CaseLayout.Strided), new(130, 129), new(129, 136)];

    public override double Tolerance(ElementKind kind) => 0;

    protected static double Bytes<T>(CaseInputs inputs) where T : unmanaged => (double)inputs.Shape.Count * (1 + ElementType<T>.Size);

    /// <summary>The shape of the scales of blocks so many rows high.</summary>
    protected static nint[] ScaleLengths(CaseInputs inputs, int height) => [(inputs.Lengths[0] + height - 1) / height, Across(inputs)];

    /// <summary>The number of the scale of an element.</summary>
    protected static int ScaleOf(CaseInputs inputs, int i, int height) => (int)((i / inputs.Lengths[1] / height * Across(inputs)) + (i % inputs.Lengths[1] / Length));

    private static nint Across(CaseInputs inputs) => (inputs.Lengths[1] + Length - 1) / Length;
}

/// <summary>Numbers to 8-bit floats and scales.</summary>
internal sealed class QuantizeBlocksCase<TFloat8> : BlockScalingCase where TFloat8 : unmanaged, IFloat8<TFloat8>
{
    private static readonly Float8Reference s_format = Float8Reference.Of<TFloat8>();

    public override string Name => $"quantize-blocks-{ElementTypes.ShortName(ElementType<TFloat8>.Kind)}";

    public override string KernelFile => "quantization/quantize_blocks.cu";

    protected override CasePlan Plan<T>(CaseInputs inputs)
    {
        var data = inputs.Input<T>(inputs.Lengths, -10, 10, withSpecials: true).Data;
        for (var i = 0; i < data.Length; i++)
        {
            data[i] = OfItsRow(data[i], (int)(i / inputs.Lengths[1]), (int)(i % inputs.Lengths[1]));
        }

        // In the second form a destination is one byte off where the shape says so, when the source is not.
        var (x, dense) = (inputs.Input(data, inputs.Lengths), inputs.Own(inputs.Device.CreateTensor(data, inputs.Lengths)));
        var (rows, rowScale) = (QuantizationCases.Dense<TFloat8>(inputs, inputs.Lengths), QuantizationCases.Dense<float>(inputs, ScaleLengths(inputs, 1)));
        var (squares, squareScale) = (ScalingCase.Other<TFloat8>(inputs), QuantizationCases.Dense<float>(inputs, ScaleLengths(inputs, 128)));
        var (rowScales, squareScales) = (new Lazy<double[]>(() => Scales(inputs, x.Values, 1)), new Lazy<double[]>(() => Scales(inputs, x.Values, 128)));
        return new CasePlan(() => x.Tensor.QuantizeBlocks(BlockScaling.Block1x128, rows, rowScale), Bytes<T>(inputs))
            .Expect(rowScale, () => rowScales.Value)
            .Expect(rows, () => Nearest<T>(inputs, x.Values, rowScales.Value, 1))
            .Also(() => dense.QuantizeBlocks(BlockScaling.Block128x128, squares, squareScale))
            .Expect(squareScale, () => squareScales.Value)
            .Expect(squares, () => Nearest<T>(inputs, x.Values, squareScales.Value, 128));
    }

    // Rows of several magnitudes, which their scales must follow; a block of zeros, and rows of zeros, of NaN and of numbers whose scale would be too small.
    private static T OfItsRow<T>(T x, int row, int column) where T : unmanaged, IFloatingPointIeee754<T> => (row % 16) switch
    {
        _ when row < 128 && column is >= 128 and < 256 => T.Zero,
        3 => T.Zero,
        5 => T.NaN,
        7 when T.IsFinite(x) => column % 2 == 0 ? T.Epsilon : T.Zero,
        _ => x * T.CreateTruncating(Math.ScaleB(1, (row % 9) - 4)),
    };

    private static double[] Scales(CaseInputs inputs, double[] x, int height)
    {
        var largest = new double[ScaleLengths(inputs, height).Aggregate((nint)1, (product, length) => product * length)];
        for (var i = 0; i < x.Length; i++)
        {
            if (double.IsFinite(x[i]))
            {
                ref var of = ref largest[ScaleOf(inputs, i, height)];
                of = Math.Max(of, Math.Abs(x[i]));
            }
        }

        return Array.ConvertAll(largest, value => (float)Math.Min(value / s_format.Largest, float.MaxValue) is var scale and > 0 ? (double)scale : 1);
    }

    private static double[] Nearest<T>(CaseInputs inputs, double[] x, double[] scales, int height) where T : unmanaged =>
        [.. x.Select((value, i) => ScalingCase.Nearest<T>(s_format, value, (float)scales[ScaleOf(inputs, i, height)]))];
}

/// <summary>8-bit floats and scales to numbers.</summary>
internal sealed class DequantizeBlocksCase<TFloat8> : BlockScalingCase where TFloat8 : unmanaged, IFloat8<TFloat8>
{
    public override string Name => $"dequantize-blocks-{ElementTypes.ShortName(ElementType<TFloat8>.Kind)}";

    public override string KernelFile => "quantization/dequantize_blocks.cu";

    protected override CasePlan Plan<T>(CaseInputs inputs)
    {
        var codes = new TFloat8[(int)inputs.Shape.Count];
        for (var i = 0; i < codes.Length; i++)
        {
            codes[i] = TFloat8.FromBits((byte)inputs.Random.Next(256));
        }

        // A byte times a power of two is exact but for what the type rounds.
        var q = inputs.Input(codes, inputs.Lengths);
        var (rowScales, squareScales) = (Scales(inputs, 1), Scales(inputs, 128));
        var rowScale = inputs.Own(inputs.Device.CreateTensor(rowScales, ScaleLengths(inputs, 1)));
        var squareScale = inputs.Own(inputs.Device.CreateTensor(squareScales, ScaleLengths(inputs, 128)));
        var (rows, dense) = (QuantizationCases.Dense<T>(inputs, inputs.Lengths), inputs.Own(inputs.Device.CreateTensor(codes, inputs.Lengths)));
        var squares = ScalingCase.Other<T>(inputs);
        return new CasePlan(() => q.Tensor.DequantizeBlocks(BlockScaling.Block1x128, rowScale, rows), Bytes<T>(inputs))
            .Expect(rows, () => [.. q.Values.Select((value, i) => value * rowScales[ScaleOf(inputs, i, 1)])])
            .Also(() => dense.DequantizeBlocks(BlockScaling.Block128x128, squareScale, squares))
            .Expect(squares, () => [.. q.Values.Select((value, i) => value * squareScales[ScaleOf(inputs, i, 128)])]);
    }

    private static float[] Scales(CaseInputs inputs, int height)
    {
        var count = ScaleLengths(inputs, height).Aggregate((nint)1, (product, length) => product * length);
        return [.. Enumerable.Range(0, (int)count).Select(_ => (float)Math.ScaleB(1, inputs.Random.Next(-9, 0)))];
    }
}
