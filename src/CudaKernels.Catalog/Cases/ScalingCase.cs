namespace CudaKernels.Catalog.Cases;

/// <summary>A case of numbers to 8-bit ones or back. A shape holds the outer lengths, the channels and the inner length.</summary>
internal abstract class ScalingCase : FloatingCase
{
    public override string Family => "quantization";

    public override IReadOnlyList<CaseShape> Shapes =>
    [
        new(0, 3, 5),
        new(3, 0, 2),
        new(1, 1, 1),
        new(3, 5, 1),
        new(2, 6, 17),
        new([3, 4, 11], CaseLayout.Unaligned),
        new([2, 5, 9], CaseLayout.Strided),
        new(3, 7, 64),
        new(13, 24, 1),
        new(67, 9, 1),
        new(3, 12, 49),
        new(29, 5, 3),
        new(2, 3, 20_003),
    ];

    public override IReadOnlyList<CaseShape> BenchShapes => [new(1, 4096, 4096)];

    /// <summary>The second form's destination: one byte off where the shape says so, when the source is not.</summary>
    internal static DeviceTensor<T> Other<T>(CaseInputs inputs) where T : unmanaged =>
        inputs.Shape.Layout == CaseLayout.Unaligned ? inputs.Output<T>(inputs.Lengths) : QuantizationCases.Dense<T>(inputs, inputs.Lengths);

    protected static double Bytes<T>(CaseInputs inputs) where T : unmanaged => (double)inputs.Shape.Count * (1 + ElementType<T>.Size);

    protected static int ChannelOf(CaseInputs inputs, int i) => (int)(i / inputs.Lengths[2] % inputs.Lengths[1]);

    /// <summary>The quotient is that of the operation's own type: rounded to float it may be a tie that it was not before.</summary>
    protected static double Quotient<T>(double value, float scale) where T : unmanaged => typeof(T) == typeof(double) ? value / scale : (float)value / scale;

    /// <summary>The nearest 8-bit float to a quotient, past the largest one that.</summary>
    internal static double Nearest<T>(Float8Reference format, double value, float scale) where T : unmanaged =>
        format.Round(Math.Clamp((float)Quotient<T>(value, scale), -format.Largest, format.Largest));
}
