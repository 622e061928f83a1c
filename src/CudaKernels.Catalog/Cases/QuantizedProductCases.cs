namespace CudaKernels.Catalog.Cases;

/// <summary>y = scale·channelScale[j]·Σ a[i, k]·b[j, k] + bias[j]. The shape holds m, n and k.</summary>
internal sealed class QuantizedMatMulCase : FloatingCase
{
    private const string TensorCore = "tensor-core";

    public override string Name => "quantized-gemm";

    public override IReadOnlyList<string> Variants => ["", TensorCore];

    public override string Family => "quantization";

    public override IReadOnlyList<CaseShape> Shapes =>
    [
        new(0, 5, 3),
        new(4, 5, 0),
        new(1, 1, 1),
        new(33, 17, 5),
        new(65, 63, 33),
        new([31, 67, 20], CaseLayout.Strided),
        new([16, 64, 16], CaseLayout.Unaligned),
        new(130, 100, 129),
        new(300, 7, 2050),
    ];

    public override IReadOnlyList<CaseShape> RaggedShapes { get; } =
        [new(0, 5, 3), new(4, 5, 0), new(1, 1, 1), new(9, 17, 20), new(65, 3, 5), new([5, 67, 9], CaseLayout.Strided), new([16, 64, 16], CaseLayout.Unaligned), new(65, 64, 2)];

    public override IReadOnlyList<CaseShape> BenchShapes => [new(512, 512, 512), new(1024, 1024, 1024), new(2048, 2048, 2048)];

    public override IReadOnlyList<CaseShape> RaggedShapesOf(string variant) => variant == TensorCore ? TensorCoreShapes : RaggedShapes;

    // Two tiles of 128 along either side; depths of up to four stages of 128, which go round the ring; rows that start at multiples of
    // 16 bytes and rows that do not.
    private static IReadOnlyList<CaseShape> TensorCoreShapes { get; } =
        [new(0, 5, 3), new(128, 129, 0), new(1, 1, 1), new(9, 17, 20), new(130, 3, 144), new(3, 130, 9), new([5, 67, 9], CaseLayout.Strided), new([16, 64, 16], CaseLayout.Unaligned), new(8, 16, 400), new(7, 9, 513), new(24, 40, 64)];

    public override string KernelFileOf(string variant) => variant == TensorCore ? "quantization/quantized_gemm_mma.cu" : KernelFile;

    public override bool Runs(ComputeDevice device, string variant) => variant != TensorCore || device is CudaDevice { Specification.ComputeCapability.Major: >= 8 };

    protected override CasePlan Plan<T>(CaseInputs inputs)
    {
        var algorithm = inputs.Variant == TensorCore ? QuantizedMatMulAlgorithm.TensorCore : QuantizedMatMulAlgorithm.Simt;
        var (m, n, k) = (inputs.Lengths[0], inputs.Lengths[1], inputs.Lengths[2]);
        var a = inputs.Input<sbyte>([m, k], -128, 128);
        var b = inputs.Input<sbyte>([n, k], -128, 128);
        var (scale, scales) = (0.0625f, QuantizationCases.Scales(n, 0.01));
        var left = inputs.Own(inputs.Device.CreateTensor<float>([scale], [1]));
        var right = inputs.Own(inputs.Device.CreateTensor(scales, [n]));
        var bias = inputs.Own(inputs.Device.CreateTensor([.. Enumerable.Range(0, (int)n).Select(j => T.CreateTruncating((j % 5) - 2))], [n]));
        var (perChannel, whole) = (QuantizationCases.Dense<T>(inputs, [m, n]), QuantizationCases.Dense<T>(inputs, [m, n]));
        var sums = new Lazy<double[]>(() => Sums(a.Values, b.Values, (int)m, (int)n, (int)k));
        return new CasePlan(() => a.Tensor.QuantizedMatMul(left, b.Tensor, right, bias, perChannel, algorithm), (double)(m * k) + (n * k) + (ElementType<T>.Size * m * n), 2.0 * m * n * k)
            .Also(() => a.Tensor.QuantizedMatMul(left, b.Tensor, left, null, whole, algorithm))
            .Expect(perChannel, () => Scaled((i, sum) => ((double)scale * scales[i % n] * sum) + (i % n % 5) - 2), floor: 1e-3, () => Scaled((i, sum) => Math.Abs((double)scale * scales[i % n] * sum) + 2))
            .Expect(whole, () => Scaled((_, sum) => (double)scale * scale * sum), floor: 1e-3);

        double[] Scaled(Func<int, double, double> scaled) => [.. sums.Value.Select((sum, i) => scaled(i, sum))];
    }

    private static double[] Sums(double[] a, double[] b, int m, int n, int k)
    {
        var sums = new double[m * n];
        for (var i = 0; i < sums.Length; i++)
        {
            for (var p = 0; p < k; p++)
            {
                sums[i] += a[(i / n * k) + p] * b[(i % n * k) + p];
            }
        }

        return sums;
    }
}

/// <summary>The convolution of quantised images with quantised filters.</summary>
internal sealed class QuantizedConv2dCase : ConvolutionCase
{
    public override string Name => "quantized-conv2d";

    public override string Family => "quantization";

    protected override CaseShape TwoTiles => new(1, 1, 8, 8, 65, 1, 1, 1);

    protected override CasePlan Plan<T>(CaseInputs inputs)
    {
        var problem = new ConvolutionReference(inputs.Lengths, Options(inputs));
        var x = inputs.Input<sbyte>(problem.InLengths, -128, 128);
        var w = inputs.Input<sbyte>(problem.FilterLengths, -128, 128);
        var (scale, scales) = (0.0625f, QuantizationCases.Scales(problem.Filters, 0.01));
        var image = inputs.Own(inputs.Device.CreateTensor<float>([scale], [1]));
        var filter = inputs.Own(inputs.Device.CreateTensor(scales, [problem.Filters]));
        var bias = inputs.Own(inputs.Device.CreateTensor([.. Enumerable.Range(0, problem.Filters).Select(j => T.CreateTruncating((j % 5) - 2))], [problem.Filters]));
        var (perFilter, whole) = (QuantizationCases.Dense<T>(inputs, problem.OutLengths), QuantizationCases.Dense<T>(inputs, problem.OutLengths));
        var sums = new Lazy<double[]>(() => problem.Forward(x.Values, w.Values, _ => 0).Values);
        return new CasePlan(() => x.Tensor.QuantizedConv2d(image, w.Tensor, filter, bias, perFilter, problem.Options), x.Data.Length + w.Data.Length + ((double)ElementType<T>.Size * perFilter.FlattenedLength), problem.Flops)
            .Also(() => x.Tensor.QuantizedConv2d(image, w.Tensor, image, null, whole, problem.Options))
            .Expect(perFilter, () => Scaled((f, sum) => ((double)scale * scales[f] * sum) + (f % 5) - 2), floor: 1e-3, () => Scaled((f, sum) => Math.Abs((double)scale * scales[f] * sum) + 2))
            .Expect(whole, () => Scaled((_, sum) => (double)scale * scale * sum), floor: 1e-3);

        double[] Scaled(Func<int, double, double> scaled) => [.. sums.Value.Select((sum, i) => scaled(FilterOf(i), sum))];

        int FilterOf(int i) => problem.Options.Layout == ImageLayout.ChannelsLast
            ? i % problem.Filters
            : (int)(i / (problem.OutLengths[2] * problem.OutLengths[3]) % problem.Filters);
    }
}
