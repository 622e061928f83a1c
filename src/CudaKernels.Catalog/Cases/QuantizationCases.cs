using System.Runtime.InteropServices;

namespace CudaKernels.Catalog.Cases;

/// <summary>Numbers to 8-bit integers and back, and products of 8-bit integers.</summary>
internal static class QuantizationCases
{
    public static IReadOnlyList<OpCase> All { get; } = [new QuantizeCase(), new DequantizeCase(), .. Float8QuantizationCases.All, new QuantizedMatMulCase(), new Float8MatMulCase(), new BlockScaledMatMulCase(), new QuantizedConv2dCase()];

    // A power of two, with which ties occur, others, and 0, which saturates all but 0.
    private static readonly double[] s_scales = [0.03125, 0.03, 0.011, 0.047, 0];

    /// <summary>Scales for channels.</summary>
    public static float[] Scales(nint channels, double factor = 1) => [.. Enumerable.Range(0, (int)channels).Select(i => (float)(factor * s_scales[i % s_scales.Length]))];

    /// <summary>A dense tensor whose bytes are all 0xFF, so that an element left unwritten shows.</summary>
    public static DeviceTensor<T> Dense<T>(CaseInputs inputs, nint[] lengths) where T : unmanaged
    {
        var elements = new T[lengths.Aggregate((nint)1, (product, length) => product * length)];
        MemoryMarshal.AsBytes(elements.AsSpan()).Fill(0xFF);
        return inputs.Own(inputs.Device.CreateTensor(elements, lengths));
    }

    private sealed class QuantizeCase : ScalingCase
    {
        public override string Name => "quantize";

        protected override CasePlan Plan<T>(CaseInputs inputs)
        {
            var data = inputs.Input<T>(inputs.Lengths, -5, 5, withSpecials: true).Data;
            for (var i = 0; i < data.Length; i += 3)
            {
                data[i] = T.CreateTruncating((inputs.Random.Next(-300, 301) + 0.5) / 32); // half way between two steps
            }

            var x = inputs.Input(data, inputs.Lengths);
            var scales = Scales(inputs.Lengths[1]);
            var scale = inputs.Own(inputs.Device.CreateTensor(scales, [inputs.Lengths[1]]));
            var one = inputs.Own(inputs.Device.CreateTensor<float>([0.0625f], [1]));
            var (perChannel, dense) = (Dense<sbyte>(inputs, inputs.Lengths), inputs.Own(inputs.Device.CreateTensor(data, inputs.Lengths)));
            var whole = Other<sbyte>(inputs);
            return new CasePlan(() => x.Tensor.Quantize(scale, perChannel, axis: 1), Bytes<T>(inputs))
                .Expect(perChannel, () => [.. x.Values.Select((value, i) => Nearest<T>(value, scales[ChannelOf(inputs, i)]))])
                .Also(() => dense.Quantize(one, whole))
                .Expect(whole, () => [.. x.Values.Select(value => Nearest<T>(value, 0.0625f))]);
        }

        private static double Nearest<T>(double value, float scale) where T : unmanaged
        {
            var steps = Quotient<T>(value, scale);
            return double.IsNaN(steps) ? 0 : Math.Clamp(Math.Round(steps, MidpointRounding.ToEven), -127, 127);
        }
    }

    private sealed class DequantizeCase : ScalingCase
    {
        public override string Name => "dequantize";

        protected override CasePlan Plan<T>(CaseInputs inputs)
        {
            var q = inputs.Input<sbyte>(inputs.Lengths, -128, 128);
            var scales = Scales(inputs.Lengths[1]);
            var scale = inputs.Own(inputs.Device.CreateTensor(scales, [inputs.Lengths[1]]));
            var one = inputs.Own(inputs.Device.CreateTensor<float>([0.07f], [1]));
            var (perChannel, dense) = (Dense<T>(inputs, inputs.Lengths), inputs.Own(inputs.Device.CreateTensor(q.Data, inputs.Lengths)));
            var whole = Other<T>(inputs);
            return new CasePlan(() => q.Tensor.Dequantize(scale, perChannel, axis: -2), Bytes<T>(inputs))
                .Expect(perChannel, () => [.. q.Values.Select((value, i) => value * scales[ChannelOf(inputs, i)])], floor: 1e-3)
                .Also(() => dense.Dequantize(one, whole))
                .Expect(whole, () => [.. q.Values.Select(value => value * 0.07f)], floor: 1e-3);
        }
    }
}
