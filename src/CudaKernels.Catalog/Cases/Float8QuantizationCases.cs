namespace CudaKernels.Catalog.Cases;

/// <summary>Numbers to 8-bit floats and back.</summary>
internal static class Float8QuantizationCases
{
    public static IReadOnlyList<OpCase> All { get; } =
    [
        new QuantizeCase<Float8E4M3>(), new QuantizeCase<Float8E5M2>(),
        new DequantizeCase<Float8E4M3>(), new DequantizeCase<Float8E5M2>(),
        new QuantizeBlocksCase<Float8E4M3>(), new QuantizeBlocksCase<Float8E5M2>(),
        new DequantizeBlocksCase<Float8E4M3>(), new DequantizeBlocksCase<Float8E5M2>(),
    ];

    private sealed class QuantizeCase<TFloat8> : ScalingCase where TFloat8 : unmanaged, IFloat8<TFloat8>
    {
        private static readonly Float8Reference s_format = Float8Reference.Of<TFloat8>();

        public override string Name => $"quantize-{ElementTypes.ShortName(ElementType<TFloat8>.Kind)}";

        public override string KernelFile => "quantization/quantize.cu";

        protected override CasePlan Plan<T>(CaseInputs inputs)
        {
            // A power of two, with which ties occur; some of the numbers are beyond the range with it, as with the scales of the channels.
            var step = (float)Math.ScaleB(4, -Math.ILogB(s_format.Largest));
            var data = inputs.Input<T>(inputs.Lengths, -10, 10, withSpecials: true).Data;
            for (var i = 0; i < data.Length; i += 3)
            {
                data[i] = T.CreateTruncating(HalfWay(inputs.Random) * step);
            }

            var x = inputs.Input(data, inputs.Lengths);
            var scales = QuantizationCases.Scales(inputs.Lengths[1], 128 / s_format.Largest);
            var scale = inputs.Own(inputs.Device.CreateTensor(scales, [inputs.Lengths[1]]));
            var one = inputs.Own(inputs.Device.CreateTensor<float>([step], [1]));
            var (perChannel, dense) = (QuantizationCases.Dense<TFloat8>(inputs, inputs.Lengths), inputs.Own(inputs.Device.CreateTensor(data, inputs.Lengths)));
            var whole = Other<TFloat8>(inputs);
            return new CasePlan(() => x.Tensor.Quantize(scale, perChannel, axis: 1), Bytes<T>(inputs))
                .Expect(perChannel, () => [.. x.Values.Select((value, i) => Nearest<T>(s_format, value, scales[ChannelOf(inputs, i)]))])
                .Also(() => dense.Quantize(one, whole))
                .Expect(whole, () => [.. x.Values.Select(value => Nearest<T>(s_format, value, step))]);
        }

        // Half way between two of the numbers, all magnitudes alike, or from the largest one to what would follow it.
        private static double HalfWay(Random random)
        {
            var lower = s_format.Round(Math.Pow(2, s_format.LeastExponent - s_format.FractionBits + (random.NextDouble() * (Math.ILogB(s_format.Largest) + 1 - s_format.LeastExponent + s_format.FractionBits))));
            lower = double.IsFinite(lower) ? lower : s_format.Largest;
            return (lower + (s_format.Step(lower) / 2)) * (random.Next(2) == 0 ? 1 : -1);
        }
    }

    private sealed class DequantizeCase<TFloat8> : ScalingCase where TFloat8 : unmanaged, IFloat8<TFloat8>
    {
        public override string Name => $"dequantize-{ElementTypes.ShortName(ElementType<TFloat8>.Kind)}";

        public override string KernelFile => "quantization/dequantize.cu";

        protected override CasePlan Plan<T>(CaseInputs inputs)
        {
            var codes = new TFloat8[(int)inputs.Shape.Count];
            for (var i = 0; i < codes.Length; i++)
            {
                codes[i] = TFloat8.FromBits((byte)inputs.Random.Next(256));
            }

            var q = inputs.Input(codes, inputs.Lengths);
            var scales = QuantizationCases.Scales(inputs.Lengths[1]);
            var scale = inputs.Own(inputs.Device.CreateTensor(scales, [inputs.Lengths[1]]));
            var one = inputs.Own(inputs.Device.CreateTensor<float>([0.07f], [1]));
            var (perChannel, dense) = (QuantizationCases.Dense<T>(inputs, inputs.Lengths), inputs.Own(inputs.Device.CreateTensor(codes, inputs.Lengths)));
            var whole = Other<T>(inputs);
            return new CasePlan(() => q.Tensor.Dequantize(scale, perChannel, axis: -2), Bytes<T>(inputs))
                .Expect(perChannel, () => [.. q.Values.Select((value, i) => value * scales[ChannelOf(inputs, i)])], floor: 1e-3)
                .Also(() => dense.Dequantize(one, whole))
                .Expect(whole, () => [.. q.Values.Select(value => value * 0.07f)], floor: 1e-3);
        }
    }
}
