using System.Numerics;
using static CudaKernels.Tests.Allocations;

namespace CudaKernels.Tests;

/// <summary>The forms with a destination allocate nothing once their kernels are loaded, on the managed device and on the software device.</summary>
public sealed class DestinationFormTests(NamedDevices devices) : IClassFixture<NamedDevices>
{
    public static TheoryData<string> Names => NamedDevices.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Binary(string name)
    {
        var device = devices.Get(name);
        Check<float>(device);
        Check<double>(device);
        Check<Half>(device);
        Check<int>(device);

        static void Check<T>(ComputeDevice device) where T : unmanaged, INumber<T>
        {
            using var a = device.CreateZeros<T>([16, 24]);
            using var b = device.CreateZeros<T>([16, 24]);
            using var row = device.CreateZeros<T>([24]);
            using var column = device.CreateZeros<T>([16, 1]);
            using var turned = device.CreateZeros<T>([24, 16]);
            using var view = turned.TransposeView();
            using var y = device.CreateZeros<T>([16, 24]);
            using var mask = device.CreateZeros<bool>([16, 24]);
            RequireNone(device, () => a.Add(b, y));
            RequireNone(device, () => a.Add(row, y));
            RequireNone(device, () => a.Add(view, y));
            RequireNone(device, () => a.Add(T.One, y));
            RequireNone(device, () => a.Multiply(column, y));
            RequireNone(device, () => row.Subtract(column, y));
            RequireNone(device, () => a.Less(b, mask));
            RequireNone(device, () => a.Equal(row, mask));
            RequireNone(device, () => a.Greater(T.Zero, mask));
            RequireNone(device, () => mask.Where(a, b, y));
            RequireNone(device, () => mask.Where(row, column, y));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Unary(string name)
    {
        var device = devices.Get(name);
        using var x = device.CreateZeros<float>([16, 24]);
        using var turned = device.CreateZeros<float>([24, 16]);
        using var view = turned.TransposeView();
        using var y = device.CreateZeros<float>([16, 24]);
        using var half = device.CreateZeros<Half>([16, 24]);
        using var mask = device.CreateZeros<bool>([16, 24]);
        RequireNone(device, () => x.Exp(y));
        RequireNone(device, () => view.Exp(y));
        RequireNone(device, () => x.Gelu(GeluApproximation.Tanh, y));
        RequireNone(device, () => x.Clamp(-1, 1, y));
        RequireNone(device, () => x.Cast(half));
        RequireNone(device, () => half.Sqrt(half));
        RequireNone(device, () => mask.LogicalAnd(mask, mask));
        RequireNone(device, () => y.Fill(3));
        RequireNone(device, () => x.CopyTo(y));
        RequireNone(device, () => view.CopyTo(y));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Reductions(string name)
    {
        var device = devices.Get(name);
        Check<float>(device);
        Check<BFloat16>(device);

        static void Check<T>(ComputeDevice device) where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T>
        {
            using var x = device.CreateZeros<T>([16, 24, 8]);
            using var all = device.CreateZeros<T>([]);
            using var rows = device.CreateZeros<T>([16, 24]);
            using var kept = device.CreateZeros<T>([16, 1, 8]);
            using var columns = device.CreateZeros<T>([8]);
            using var index = device.CreateZeros<long>([16, 24]);
            using var place = device.CreateZeros<long>([]);
            using var tall = device.CreateZeros<T>([40_000, 4]);
            using var four = device.CreateZeros<T>([4]);
            using var split = device.CreateZeros<T>([300_000]);
            int[] last = [2], middle = [1], first = [0, 1], outer = [0];
            RequireNone(device, () => x.Sum([], all));
            RequireNone(device, () => x.Sum(last, rows));
            RequireNone(device, () => x.Sum(middle, kept));
            RequireNone(device, () => x.Sum(first, columns));
            RequireNone(device, () => x.Mean(last, rows));
            RequireNone(device, () => x.Max(middle, kept));
            RequireNone(device, () => x.Min([], all));
            RequireNone(device, () => x.Variance(last, rows));
            RequireNone(device, () => x.ArgMax(2, index));
            RequireNone(device, () => x.ArgMax(place));
            RequireNone(device, () => tall.Sum(outer, four), calls: 10);
            RequireNone(device, () => split.Mean([], all), calls: 10);
            RequireNone(device, () => split.ArgMax(place), calls: 10);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Rows(string name)
    {
        var device = devices.Get(name);
        Check<float>(device);
        Check<Half>(device);

        static void Check<T>(ComputeDevice device) where T : unmanaged, IFloatingPointIeee754<T>
        {
            using var x = device.CreateZeros<T>([16, 24]);
            using var y = device.CreateZeros<T>([16, 24]);
            using var gamma = device.CreateZeros<T>([24]);
            using var beta = device.CreateZeros<T>([24]);
            RequireNone(device, () => x.Softmax(y));
            RequireNone(device, () => x.LogSoftmax(y));
            RequireNone(device, () => x.LayerNorm(gamma, beta, y));
            RequireNone(device, () => x.AddBias(beta, y));
            RequireNone(device, () => x.LayerNorm(null, null, y));
            RequireNone(device, () => x.RmsNorm(gamma, y));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Products(string name)
    {
        var device = devices.Get(name);
        Check<float>(device);
        Check<double>(device);
        Check<BFloat16>(device);
        Check<int>(device);

        static void Check<T>(ComputeDevice device) where T : unmanaged, INumber<T>
        {
            using var a = device.CreateZeros<T>([3, 20, 30]);
            using var b = device.CreateZeros<T>([30, 40]);
            using var turned = device.CreateZeros<T>([40, 30]);
            using var view = turned.TransposeView();
            using var y = device.CreateZeros<T>([3, 20, 40]);
            using var vector = device.CreateZeros<T>([1, 30]);
            using var result = device.CreateZeros<T>([1, 40]);
            RequireNone(device, () => a.MatMul(b, y));
            RequireNone(device, () => a.MatMul(turned, y, transposeB: true, alpha: 2, beta: 1));
            RequireNone(device, () => a.MatMul(view, y));
            RequireNone(device, () => vector.MatMul(b, result));
        }

        using var left = device.CreateZeros<float>([20, 30]);
        using var right = device.CreateZeros<float>([30, 40]);
        using var product = device.CreateZeros<float>([20, 40]);
        RequireNone(device, () => left.MatMul(right, product, algorithm: MatMulAlgorithm.Cublas));

        using var groups = device.CreateZeros<float>([2, 30, 40]);
        using var offsets = device.CreateTensor([0, 5, 20], [3]);
        RequireNone(device, () => left.GroupedMatMul(groups, offsets, product));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Quantized(string name)
    {
        var device = devices.Get(name);
        Check<float>(device);
        Check<Half>(device);

        static void Check<T>(ComputeDevice device) where T : unmanaged, IFloatingPointIeee754<T>
        {
            using var x = device.CreateZeros<T>([4, 20, 30]);
            using var q = device.CreateZeros<sbyte>([4, 20, 30]);
            using var b = device.CreateZeros<sbyte>([40, 30]);
            using var one = device.CreateTensor<float>([1]);
            using var rows = device.CreateZeros<float>([20]);
            using var channels = device.CreateZeros<float>([40]);
            using var bias = device.CreateZeros<T>([40]);
            using var y = device.CreateZeros<T>([4, 20, 40]);
            using var images = device.CreateZeros<sbyte>([2, 3, 6, 5]);
            using var filters = device.CreateZeros<sbyte>([40, 3, 3, 3]);
            using var result = device.CreateZeros<T>([2, 40, 4, 3]);
            RequireNone(device, () => x.Quantize(one, q));
            RequireNone(device, () => x.Quantize(rows, q, axis: 1));
            RequireNone(device, () => q.Dequantize(rows, x, axis: 1));
            RequireNone(device, () => q.QuantizedMatMul(one, b, channels, bias, y), calls: 10);
            RequireNone(device, () => images.QuantizedConv2d(one, filters, one, bias, result), calls: 10);

            using var floats = device.CreateZeros<Float8E4M3>([4, 20, 30]);
            using var weights = device.CreateZeros<Float8E5M2>([40, 30]);
            using var w = device.CreateZeros<T>([40, 30]);
            using var scale = device.CreateZeros<float>([4, 20, 1]);
            using var weightScale = device.CreateZeros<float>([1, 1]);
            RequireNone(device, () => x.QuantizeBlocks(BlockScaling.Block1x128, floats, scale));
            RequireNone(device, () => w.QuantizeBlocks(BlockScaling.Block128x128, weights, weightScale));
            RequireNone(device, () => floats.DequantizeBlocks(BlockScaling.Block1x128, scale, x));
            RequireNone(device, () => floats.BlockScaledMatMul(scale, weights, weightScale, bias, y), calls: 10);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void LossesOptimizersAndGradients(string name)
    {
        var device = devices.Get(name);
        Check<float>(device);
        Check<BFloat16>(device);

        static void Check<T>(ComputeDevice device) where T : unmanaged, IFloatingPointIeee754<T>
        {
            using var x = device.CreateZeros<T>([16, 24]);
            using var y = device.CreateZeros<T>([16, 24]);
            using var gradient = device.CreateZeros<T>([16, 24]);
            using var first = device.CreateZeros<float>([16, 24]);
            using var second = device.CreateZeros<float>([16, 24]);
            using var labels = device.CreateZeros<long>([16]);
            using var count = device.CreateZeros<long>([]);
            using var losses = device.CreateZeros<T>([16]);
            var (adam, sgd, momentum) = (new AdamOptions(), new SgdOptions(), new SgdOptions { Momentum = 0.9 });
            RequireNone(device, () => x.CrossEntropy(labels, losses));
            RequireNone(device, () => x.CrossEntropyGradient(labels, 0.5, gradient, 0.1));
            RequireNone(device, () => labels.CountLabels(count));
            RequireNone(device, () => x.CrossEntropyGradient(labels, 0.5, count, gradient));
            RequireNone(device, () => x.BinaryCrossEntropy(y, gradient));
            RequireNone(device, () => x.SmoothL1Gradient(y, 1, 0.5, gradient));
            RequireNone(device, () => x.AdamStep(gradient, first, second, 1, adam));
            RequireNone(device, () => x.SgdStep(gradient, sgd));
            RequireNone(device, () => x.SgdStep(gradient, first, momentum));
            using var table = new OptimizerTable<T, float>([new(x, gradient) { First = first, Second = second }]);
            using var gradients = new TensorTable<T>([gradient, y]);
            using var norm = device.CreateZeros<double>([]);
            using var flag = device.CreateZeros<int>([]);
            var rms = new RmsPropOptions();
            RequireNone(device, () => table.AdamStep(1, adam));
            RequireNone(device, () => table.SgdStep(sgd));
            RequireNone(device, () => table.SgdStep(momentum));
            RequireNone(device, () => table.RmsPropStep(rms));
            RequireNone(device, () => gradients.ClipGlobalNorm(1, norm));
            RequireNone(device, () => gradients.FindNonFinite(flag));
            RequireNone(device, () => x.ReluGradient(gradient, y));
            RequireNone(device, () => x.GeluGradient(gradient, GeluApproximation.None, y));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Attention(string name)
    {
        var device = devices.Get(name);
        Check<float>(device, 6);
        Check<BFloat16>(device, 64);

        static void Check<T>(ComputeDevice device, int width) where T : unmanaged, IFloatingPointIeee754<T>
        {
            using var q = device.CreateZeros<T>([1, 4, 8, width]);
            using var k = device.CreateZeros<T>([1, 2, 9, width]);
            using var v = device.CreateZeros<T>([1, 2, 9, width]);
            using var y = device.CreateZeros<T>([1, 4, 8, width]);
            using var dq = device.CreateZeros<T>([1, 4, 8, width]);
            using var dk = device.CreateZeros<T>([1, 2, 9, width]);
            using var dv = device.CreateZeros<T>([1, 2, 9, width]);
            using var logSumExp = device.CreateZeros<float>([1, 4, 8]);
            var options = new AttentionOptions { IsCausal = true };
            RequireNone(device, () => q.Attention(k, v, y, options), calls: 10);
            RequireNone(device, () => q.Attention(k, v, y, logSumExp, options), calls: 10);
            RequireNone(device, () => q.AttentionGradient(k, v, y, logSumExp, q, dq, dk, dv, options), calls: 10);

            using var queries = device.CreateZeros<Float8E4M3>([1, 4, 8, width]);
            using var keys = device.CreateZeros<Float8E4M3>([1, 2, 9, width]);
            using var one = device.CreateTensor<float>([1]);
            RequireNone(device, () => queries.QuantizedAttention(one, keys, one, keys, one, y, logSumExp, options), calls: 10);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void PagedAttention(string name)
    {
        var device = devices.Get(name);
        using var q = device.CreateZeros<float>([1, 4, 1, 6]);
        using var k = device.CreateZeros<float>([1, 2, 1, 6]);
        using var pages = device.CreateZeros<float>([3, 2, 90, 6]);
        using var otherPages = device.CreateZeros<float>([3, 2, 90, 6]);
        using var table = device.CreateZeros<int>([1, 3]);
        using var lengths = device.CreateTensor([200], [1]);
        using var y = device.CreateZeros<float>([1, 4, 1, 6]);
        using var logSumExp = device.CreateZeros<float>([1, 4, 1]);
        RequireNone(device, () => k.AppendToPages(k, pages, otherPages, table, lengths), calls: 10);
        RequireNone(device, () => q.PagedAttention(pages, otherPages, table, lengths, y), calls: 10);
        RequireNone(device, () => q.PagedAttention(pages, otherPages, table, lengths, y, logSumExp), calls: 10);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void PackedAttention(string name)
    {
        var device = devices.Get(name);
        using var q = device.CreateZeros<float>([5, 4, 6]);
        using var k = device.CreateZeros<float>([5, 2, 6]);
        using var offsets = device.CreateTensor([0, 2, 5], [3]);
        using var y = device.CreateZeros<float>([5, 4, 6]);
        using var logSumExp = device.CreateZeros<float>([5, 4]);
        using var dq = device.CreateZeros<float>([5, 4, 6]);
        using var dk = device.CreateZeros<float>([5, 2, 6]);
        using var dv = device.CreateZeros<float>([5, 2, 6]);
        RequireNone(device, () => q.PackedAttention(k, k, offsets, offsets, 3, y), calls: 10);
        RequireNone(device, () => q.PackedAttention(k, k, offsets, offsets, 3, y, logSumExp), calls: 10);
        RequireNone(device, () => q.PackedAttentionGradient(k, k, offsets, offsets, 3, 3, y, logSumExp, q, dq, dk, dv), calls: 10);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void RotaryEmbedding(string name)
    {
        var device = devices.Get(name);
        using var x = device.CreateZeros<Half>([2, 5, 3, 16]);
        using var odd = device.CreateZeros<float>([4, 3, 7]);
        using var positions = device.CreateZeros<long>([2, 3]);
        var (cosines, sines) = RotaryTables.Create<float>(device, 8, RotaryTables.Frequencies(16));
        var (few, fewSines) = RotaryTables.Create<float>(device, 8, RotaryTables.Frequencies(6));
        using var scope = cosines;
        using var otherScope = sines;
        using var fewScope = few;
        using var fewOtherScope = fewSines;
        RequireNone(device, () => x.RotaryEmbedding(cosines, sines, x, positions));
        RequireNone(device, () => x.RotaryEmbeddingGradient(cosines, sines, x, offset: 4, isInterleaved: true));
        RequireNone(device, () => odd.RotaryEmbedding(few, fewSines, odd));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Transposes(string name)
    {
        var device = devices.Get(name);
        using var x = device.CreateZeros<float>([4, 20, 30]);
        using var turned = device.CreateZeros<float>([4, 30, 20]);
        using var permuted = device.CreateZeros<float>([30, 4, 20]);
        int[] order = [2, 0, 1];
        RequireNone(device, () => x.Transpose(turned));
        RequireNone(device, () => x.Permute(order, permuted));
        using var whole = device.CreateZeros<int>([100]);
        RequireNone(device, () => whole.Iota(0, 1));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void IndicesImagesAndScans(string name)
    {
        var device = devices.Get(name);
        using var x = device.CreateZeros<float>([16, 24]);
        using var rows = device.CreateZeros<int>([2, 3]);
        using var picks = device.CreateZeros<long>([16, 2]);
        using var looked = device.CreateZeros<float>([2, 3, 24]);
        using var picked = device.CreateZeros<float>([16, 2]);
        using var places = device.CreateZeros<long>([16, 24]);
        using var bins = device.CreateZeros<long>([10]);
        using var y = device.CreateZeros<float>([16, 24]);
        using var bytes = device.CreateZeros<byte>([16, 2, 5]);
        using var framed = device.CreateZeros<float>([17, 26]);
        using var images = device.CreateZeros<Half>([2, 3, 4, 5]);
        using var large = device.CreateZeros<Half>([2, 3, 8, 9]);
        (nint, nint)[] padding = [(1, 0), (1, 1)];
        RequireNone(device, () => x.Embedding(rows, looked));
        RequireNone(device, () => looked.EmbeddingGradient(rows, y, 0));
        RequireNone(device, () => x.Gather(picks, 1, picked));
        RequireNone(device, () => picked.ScatterAdd(picks, 1, y));
        RequireNone(device, () => picks.OneHot(bytes));
        RequireNone(device, () => x.Pad(padding, 1, framed));
        RequireNone(device, () => images.UpsampleNearest2d(large));
        RequireNone(device, () => large.UpsampleBilinear2dGradient(true, images));
        RequireNone(device, () => x.CumulativeSum(1, y));
        RequireNone(device, () => x.Sort(0, y, places));
        RequireNone(device, () => x.Histogram(-1, 1, bins));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void LargeTensors(string name)
    {
        // Enough for several chunks, which the threads of the managed device share.
        var device = devices.Get(name);
        using var x = device.CreateZeros<float>([512, 512]);
        using var y = device.CreateZeros<float>([512, 512]);
        using var row = device.CreateZeros<float>([512]);
        int[] last = [1];
        RequireNone(device, () => x.Add(x, y), calls: 10);
        RequireNone(device, () => x.Add(row, y), calls: 10);
        RequireNone(device, () => x.Sum(last, row), calls: 10);
        RequireNone(device, () => x.Softmax(y), calls: 10);
        RequireNone(device, () => x.Sort(1, y), calls: 10);
        RequireNone(device, () => x.MatMul(x, y), calls: 2);
    }
}
