using CudaKernels.Networks;
using CudaKernels.Tests.Operations;

namespace CudaKernels.Tests.Quantization;

/// <summary>Networks of 8-bit integers against those that they were made from, and what becomes of the layers.</summary>
public sealed class QuantizedNetworkTests : IDisposable
{
    private readonly CpuDevice _device = new();

    public void Dispose() => _device.Dispose();

    [Fact]
    public void ADenseLayerIsThatOfItsRoundedNumbers()
    {
        var random = new Random(1);
        using var trained = new Dense<double>(_device, 7, 5, random, "last");
        FillBias(trained.Bias, random);
        using var layer = new QuantizedDense<double>(trained, 0.02f);
        using var x = CentralDifferences.Random(_device, random, [4, 7]);
        using var rounded = Rounded(x, layer.InputScale);
        using var weight = layer.Weight.Dequantize<double>(layer.WeightScale);
        using var expected = rounded.MatMul(weight, transposeB: true);
        expected.AddBias(trained.Bias.Value, expected);
        Near(expected, layer.Forward(x));
        Assert.All(layer.Weight.ToArray().Chunk(7), row => Assert.Equal(127, row.Max(value => Math.Abs((int)value))));
        Assert.All(weight.ToArray().Zip(trained.Weight.Value.ToArray()), pair => Assert.Equal(pair.First, pair.Second, layer.WeightScale.ToArray().Max() / 2 * 1.00001));
    }

    [Theory]
    [InlineData(ImageLayout.ChannelsFirst)]
    [InlineData(ImageLayout.ChannelsLast)]
    public void AConvolutionIsThatOfItsRoundedNumbers(ImageLayout layout)
    {
        var random = new Random(2);
        var options = new Conv2dOptions { Layout = layout, Padding = (1, 0), Stride = (1, 2), Groups = 2 };
        using var trained = new Conv2d<double>(_device, 4, 6, (3, 2), random, options);
        FillBias(trained.Bias, random);
        using var layer = new QuantizedConv2d<double>(trained, 0.02f);
        using var x = CentralDifferences.Random(_device, random, layout == ImageLayout.ChannelsLast ? [2, 5, 6, 4] : [2, 4, 5, 6]);
        using var rounded = Rounded(x, layer.InputScale);
        using var weight = layer.Weight.Dequantize<double>(layer.WeightScale);
        using var expected = rounded.Conv2d(weight, trained.Bias.Value, options);
        Near(expected, layer.Forward(x));
    }

    // Of a layer with errors e in its inputs x and steps s of the weights w: |error| <= sum of |w| e + (|x| + e) s/2, and half a step of x joins e.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void EveryOutputIsWithinTheBoundOfTheRoundings(int seed)
    {
        var random = new Random(seed);
        using var network = new Sequential<double>(new Dense<double>(_device, 20, 30, random), new Relu<double>(), new Dense<double>(_device, 30, 4, random));
        using var x = CentralDifferences.Random(_device, random, [50, 20]);
        using var quantized = Quantizer.Quantize(network, [x]);
        var actual = quantized.Infer(x).ToArray();
        double[] input = x.ToArray(), error = new double[input.Length];
        foreach (var (layer, made) in network.Layers.Zip(quantized.Layers))
        {
            if (layer is not Dense<double> dense)
            {
                input = [.. input.Select(value => Math.Max(value, 0))];
                continue;
            }

            (input, error) = Bound(dense, (QuantizedDense<double>)made, input, error);
        }

        Assert.Equal(network.Infer(x).ToArray(), input, (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.All(actual.Zip(input, error), one => Assert.InRange(Math.Abs(one.First - one.Second), 0, one.Third));
        Assert.True(actual.Zip(input).Max(pair => Math.Abs(pair.First - pair.Second)) > 1e-6);

        // The bound is worth something: a small part of what the outputs are.
        Assert.InRange(error.Max(), 0, 0.5 * input.Max(Math.Abs));
    }

    [Fact]
    public void LayersAreReplacedOrShared()
    {
        var random = new Random(4);
        var dropout = new Dropout<float>(0.5, new PhiloxState(1));
        var norm = new BatchNorm<float>(_device, 2);
        using var network = new Sequential<float>(
            new Reshape<float>(1, 6, 6),
            new Sequential<float>(new Conv2d<float>(_device, 1, 2, (3, 3), random, new Conv2dOptions { Padding = (1, 1) }), norm, new Relu<float>()),
            new Flatten<float>(),
            dropout,
            new Dense<float>(_device, 2 * 6 * 6, 3, random));
        using var x = Inputs(random, 8, 36);
        var expected = network.Infer(x).ToArray();
        using (var quantized = Quantizer.Quantize(network, [x], () => new PercentileCalibrator(100)))
        {
            Assert.Same(network.Layers[0], quantized.Layers[0]);
            Assert.Same(dropout, quantized.Layers[3]);
            Assert.IsType<QuantizedDense<float>>(quantized.Layers[4]);
            var inner = Assert.IsType<QuantizedNetwork<float>>(quantized.Layers[1]);
            Assert.IsType<QuantizedConv2d<float>>(inner.Layers[0]);
            Assert.Same(norm, inner.Layers[1]);
            Assert.Empty(quantized.Parameters);

            // No training, though the network says so: nothing is dropped and the statistics are the running ones.
            Assert.True(quantized.IsTraining);
            var actual = quantized.Forward(x).ToArray();
            Assert.Equal(actual, quantized.Forward(x).ToArray());
            Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 0.05 * expected.Max(Math.Abs)));
            Assert.Contains("train the network", Assert.Throws<InvalidOperationException>(() => quantized.Backward(x)).Message, StringComparison.Ordinal);
            Assert.Contains("train the layer", Assert.Throws<InvalidOperationException>(() => quantized.Layers[4].Backward(x)).Message, StringComparison.Ordinal);
        }

        // The shared layers are still alive, and nothing else has changed.
        Assert.True(network.IsTraining);
        Assert.Equal(expected, network.Infer(x).ToArray());
    }

    [Fact]
    public void TheWatchedSoftwareDeviceGivesTheSameAndKeepsNothing()
    {
        Assert.SkipUnless(EmulatedDevice.IsSupported(out var reason), reason);
        using var emulated = EmulatedDevice.Open(new EmulationOptions { Sanitize = true });
        var expected = Outputs(_device);
        var before = emulated.Device.CreateLeakReport();
        Assert.All(expected.Zip(Outputs(emulated.Device)), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
        emulated.Device.Synchronize();
        Assert.Equal(before.Allocations.Select(one => one.Address).Order(), emulated.Device.CreateLeakReport().Allocations.Select(one => one.Address).Order());
        Assert.DoesNotContain(emulated.Reports, report => report.Rule != EmulationReport.NoteRule);

        float[] Outputs(ComputeDevice device)
        {
            var random = new Random(8);
            using var network = new Sequential<float>(
                new Reshape<float>(2, 4, 5),
                new Conv2d<float>(device, 2, 3, (3, 3), random, new Conv2dOptions { Padding = (1, 1) }),
                new MaxPool2d<float>(new Pool2dOptions(2)),
                new Relu<float>(),
                new Flatten<float>(),
                new Dense<float>(device, 3 * 2 * 2, 4, random));
            using var x = device.CreateTensor([.. Enumerable.Range(0, 3 * 40).Select(_ => (float)((random.NextDouble() * 2) - 1))], [3, 40]);
            using var quantized = Quantizer.Quantize(network, [x]);
            return quantized.Forward(x).ToArray();
        }
    }

    [Fact]
    public void AllBatchesCountAndTheBatchMayChange()
    {
        var random = new Random(5);
        using var network = new Sequential<float>(new Dense<float>(_device, 4, 2, random));
        using var small = _device.CreateTensor<float>([1, 0, 0, 0, -1, 0, 0, 0], [2, 4]);
        using var large = _device.CreateTensor<float>([0, 0, 0, 254], [1, 4]);
        using var quantized = Quantizer.Quantize(network, [small, large, small]);
        Assert.Equal([2f], ((QuantizedDense<float>)quantized.Layers[0]).InputScale.ToArray());
        Assert.Equal([2, 2], quantized.Forward(small).Lengths.ToArray());
        var last = quantized.Forward(large).ToArray();
        Assert.All(network.Infer(large).ToArray().Zip(last), pair => Assert.Equal(pair.First, pair.Second, 0.01f * Math.Abs(pair.First)));
    }

    [Fact]
    public void ACheckpointHoldsTheIntegers()
    {
        var random = new Random(6);
        using var first = new Sequential<float>(new Dense<float>(_device, 4, 2, random));
        using var second = new Sequential<float>(new Dense<float>(_device, 4, 2, random));
        using var x = Inputs(random, 3, 4);
        using var from = Quantizer.Quantize(first, [x]);
        using var to = Quantizer.Quantize(second, [x]);
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.safetensors");
        try
        {
            Checkpoint.Save(path, from);
            Checkpoint.Load(path, to);
        }
        finally
        {
            File.Delete(path);
        }

        Assert.NotEqual(first.Infer(x).ToArray(), second.Infer(x).ToArray());
        Assert.Equal(from.Forward(x).ToArray(), to.Forward(x).ToArray());
    }

    [Fact]
    public void WhatCannotBeQuantizedIsRefused()
    {
        var random = new Random(7);
        using var empty = new Sequential<float>(new Relu<float>());
        using var dense = new Dense<float>(_device, 4, 2, random);
        using var trained = new Sequential<float>(new Relu<float>(), new Dense<float>(_device, 4, 2, random));
        using var x = Inputs(random, 3, 4);
        using var nothing = _device.CreateTensor<float>([float.NaN, float.NaN, float.NaN, float.NaN], [1, 4]);
        Assert.Contains("Relu", Assert.Throws<ArgumentException>(() => Quantizer.Quantize(empty, [x])).Message, StringComparison.Ordinal);
        Assert.Contains("no batch", Assert.Throws<ArgumentException>(() => Quantizer.Quantize(trained, [])).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => Quantizer.Quantize(trained, [nothing]));
        foreach (var scale in new[] { 0, -1, float.NaN, float.PositiveInfinity })
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => new QuantizedDense<float>(dense, scale));
        }
    }

    private static (double[] Output, double[] Error) Bound(Dense<double> dense, QuantizedDense<double> made, double[] input, double[] error)
    {
        double[] weight = dense.Weight.Value.ToArray(), bias = dense.Bias.Value.ToArray();
        float[] steps = made.WeightScale.ToArray();
        var halfStep = made.InputScale.ToArray()[0] / 2;
        var (inputs, outputs) = (weight.Length / bias.Length, bias.Length);
        var (output, bound) = (new double[input.Length / inputs * outputs], new double[input.Length / inputs * outputs]);
        for (var i = 0; i < output.Length; i++)
        {
            var (row, channel) = (i / outputs, i % outputs);
            output[i] = bias[channel];
            for (var k = 0; k < inputs; k++)
            {
                var (value, w) = (input[(row * inputs) + k], weight[(channel * inputs) + k]);
                var e = error[(row * inputs) + k] + (halfStep * 1.00001);
                output[i] += value * w;
                bound[i] += (Math.Abs(w) * e) + ((Math.Abs(value) + e) * steps[channel] / 2 * 1.00001);
            }
        }

        return (output, bound);
    }

    private static DeviceTensor<double> Rounded(DeviceTensor<double> x, DeviceTensor<float> scale)
    {
        using var q = x.Quantize(scale);
        return q.Dequantize<double>(scale);
    }

    private static void FillBias(Parameter<double> bias, Random random)
    {
        using var values = CentralDifferences.Random(bias.Value.Device, random, bias.Value.Lengths);
        values.CopyTo(bias.Value);
    }

    private static void Near(DeviceTensor<double> expected, DeviceTensor<double> actual)
    {
        Assert.Equal(expected.Lengths.ToArray(), actual.Lengths.ToArray());
        Assert.All(expected.ToArray().Zip(actual.ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
    }

    private DeviceTensor<float> Inputs(Random random, int batch, int features) =>
        _device.CreateTensor([.. Enumerable.Range(0, batch * features).Select(_ => (float)((random.NextDouble() * 2) - 1))], [batch, features]);
}
