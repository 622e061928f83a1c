using System.Numerics;

namespace CudaKernels.Tests.Operations;

/// <summary>8-bit floats with scales of blocks, by hand and there and back, their products, and what is refused.</summary>
public sealed class BlockScalingTests : IDisposable
{
    private readonly CpuDevice _device = new();

    public void Dispose() => _device.Dispose();

    [Fact]
    public void TheLargestElementOfABlockUsesTheWholeRange()
    {
        // Rows of two blocks, the second one shorter; then one block of all of the first.
        var values = new float[2 * 130];
        (values[3], values[129], values[130], values[260 - 1]) = (-896, 7, 3.5f, 448 * 8);
        using var x = _device.CreateTensor(values, [2, 130]);
        var (q, scale) = x.QuantizeBlocks<float, Float8E4M3>(BlockScaling.Block1x128);
        using (q)
        using (scale)
        {
            Assert.Equal([2, 2], scale.Lengths.ToArray());
            Assert.Equal([2, 1 / 64f, 1 / 128f, 8], scale.ToArray());
            var codes = q.ToArray();
            Assert.Equal([-448, 448, 448, 448], ((int[])[3, 129, 130, 259]).Select(i => (float)codes[i]));
            Assert.Equal(4, codes.Count(code => (float)code != 0));
        }

        var (squares, squareScale) = x.QuantizeBlocks<float, Float8E5M2>(BlockScaling.Block128x128);
        using (squares)
        using (squareScale)
        {
            Assert.Equal([1, 2], squareScale.Lengths.ToArray());
            Assert.Equal([1 / 64f, 1 / 16f], squareScale.ToArray());
            var codes = squares.ToArray();
            Assert.Equal([-57344, 112, 224, 57344], ((int[])[3, 129, 130, 259]).Select(i => (float)codes[i]));
        }
    }

    [Fact]
    public void OnlyFiniteElementsCount()
    {
        Check<float>();
        Check<double>();
        Check<Half>();
        Check<BFloat16>();

        void Check<T>() where T : unmanaged, IFloatingPointIeee754<T>
        {
            // Infinities and NaN beside 224; nothing but zeros; nothing finite; a number whose scale would be 0 in float.
            T[] values = [T.PositiveInfinity, T.NaN, T.CreateTruncating(-224), T.NegativeInfinity, T.Zero, T.NegativeZero, T.Zero, T.Zero, T.NaN, T.PositiveInfinity, T.NaN, T.NaN, T.Zero, T.Zero, T.Zero, T.Zero];
            using var x = _device.CreateTensor(values, [4, 4]);
            var (q, scale) = x.QuantizeBlocks<T, Float8E4M3>(BlockScaling.Block1x128);
            using (q)
            using (scale)
            {
                Assert.Equal([0.5f, 1, 1, 1], scale.ToArray());
                Assert.Equal([448, float.NaN, -448, -448, 0, 0, 0, 0, float.NaN, 448, float.NaN, float.NaN, 0, 0, 0, 0], q.ToArray().Select(code => (float)code));
            }
        }
    }

    [Fact]
    public void AScaleIsAFloatAboveZero()
    {
        using var x = _device.CreateTensor([1e300, 1e-300, double.Epsilon, -2e-300], [2, 2]);
        var (q, scale) = x.QuantizeBlocks<double, Float8E4M3>(BlockScaling.Block1x128);
        using (q)
        using (scale)
        {
            Assert.Equal([float.MaxValue, 1], scale.ToArray());
            Assert.Equal([448, 0, 0, 0], q.ToArray().Select(code => (float)code));
        }
    }

    // Half a step of the last of three fraction bits, relative to the magnitude, or of the subnormal numbers to the block's scale.
    [Theory]
    [InlineData(BlockScaling.Block1x128)]
    [InlineData(BlockScaling.Block128x128)]
    public void WhatComesBackIsHalfAStepAwayAtMost(BlockScaling scaling)
    {
        var random = new Random(1);
        var values = Enumerable.Range(0, 300 * 333).Select(i => (float)((random.NextDouble() - 0.5) * Math.ScaleB(1, i / 333 % 20))).ToArray();
        using var x = _device.CreateTensor(values, [300, 333]);
        var (q, scale) = x.QuantizeBlocks<float, Float8E4M3>(scaling);
        using (q)
        using (scale)
        using (var back = q.DequantizeBlocks<Float8E4M3, double>(scaling, scale))
        {
            var (scales, height) = (scale.ToArray(), scaling == BlockScaling.Block1x128 ? 1 : 128);
            Assert.Equal((300 + height - 1) / height * 3, scales.Length);
            Assert.All(back.ToArray().Zip(values).Select((pair, i) => (pair.First, pair.Second, Scale: scales[(i / 333 / height * 3) + (i % 333 / 128)])), element =>
                Assert.InRange(Math.Abs(element.First - element.Second), 0, Math.Max(Math.Abs(element.Second) / 16, element.Scale / 1024) * 1.000001));
        }
    }

    [Fact]
    public void AProductByHand()
    {
        // Two stages, of 128 steps and of one, and two blocks of columns.
        var left = new Float8E4M3[2 * 129];
        (left[0], left[127], left[128], left[129]) = ((Float8E4M3)2f, (Float8E4M3)(-1f), (Float8E4M3)4f, (Float8E4M3)1f);
        var right = Enumerable.Repeat(Float8E5M2.One, 130 * 129).ToArray();
        right[128] = (Float8E5M2)3f;
        using var a = _device.CreateTensor(left, [2, 129]);
        using var b = _device.CreateTensor(right, [130, 129]);
        using var scale = _device.CreateTensor<float>([1, 10, 100, 1000], [2, 2]);
        using var rightScale = _device.CreateTensor<float>([2, 3, 0.5f, 0.25f], [2, 2]);
        using var bias = _device.CreateTensor([.. Enumerable.Range(0, 130).Select(j => (float)j)], [130]);
        using var y = a.BlockScaledMatMul(scale, b, rightScale, bias);
        var result = y.ToArray();

        // 2·1·1 + 3·10·12 in the first column, 2·1·1 + 3·10·4 in the others of the first block, 0.5·1·1 + 0.25·10·4 in the second one.
        Assert.Equal([362, 123, 249, 10.5f + 128, 10.5f + 129], ((int[])[0, 1, 127, 128, 129]).Select(j => result[j]));
        Assert.Equal([200, 201, 327, 50 + 128, 50 + 129], ((int[])[0, 1, 127, 128, 129]).Select(j => result[130 + j]));
        using var plain = a.BlockScaledMatMul<Float8E4M3, Float8E5M2, double>(scale, b, rightScale);
        Assert.Equal(result.Select((value, i) => (double)value - (i % 130)), plain.ToArray());
    }

    [Theory]
    [InlineData(3, 5, 0)]
    [InlineData(0, 4, 3)]
    [InlineData(65, 131, 300)]
    [InlineData(600, 3, 9000)]
    [InlineData(2, 500, 1000)]
    public void TheBitsAreThoseOfAnyNumberOfThreads(int m, int n, int k)
    {
        var random = new Random(m + n + k);
        var (x, w) = (Numbers(random, m * k), Numbers(random, n * k));
        var results = ((int[])[1, 3]).Select(threads =>
        {
            using var device = new CpuDevice(new CpuDeviceOptions { Threads = threads });
            using var left = device.CreateTensor(x, [m, k]);
            using var right = device.CreateTensor(w, [n, k]);
            var (a, scale) = left.QuantizeBlocks<float, Float8E4M3>(BlockScaling.Block1x128);
            var (b, rightScale) = right.QuantizeBlocks<float, Float8E4M3>(BlockScaling.Block128x128);
            using (a)
            using (scale)
            using (b)
            using (rightScale)
            using (var y = a.BlockScaledMatMul<Float8E4M3, Float8E4M3, float>(scale, b, rightScale))
            {
                return y.ToArray();
            }
        }).ToArray();
        Assert.Equal(results[0], results[1]);

        // The product of the numbers themselves, to the accuracy of 8-bit floats.
        for (var i = 0; i < m * n; i++)
        {
            var (sum, size) = (0.0, 0.0);
            for (var p = 0; p < k; p++)
            {
                var product = (double)x[(i / n * k) + p] * w[(i % n * k) + p];
                (sum, size) = (sum + product, size + Math.Abs(product));
            }

            Assert.InRange(Math.Abs(results[0][i] - sum), 0, (size * 0.1) + 1e-6);
        }
    }

    // A batch of rows, and operands that are views.
    [Fact]
    public void RowsMayHaveSeveralDimensions()
    {
        var random = new Random(3);
        using var x = _device.CreateTensor(Numbers(random, 2 * 3 * 140), [2, 3, 140]);
        using var w = _device.CreateTensor(Numbers(random, 140 * 5), [140, 5]);
        using var turned = w.TransposeView();
        using var rows = x.Reshape([6, 140]);
        var (a, scale) = x.QuantizeBlocks<float, Float8E4M3>(BlockScaling.Block1x128);
        var (flat, flatScale) = rows.QuantizeBlocks<float, Float8E4M3>(BlockScaling.Block1x128);
        var (b, rightScale) = turned.QuantizeBlocks<float, Float8E5M2>(BlockScaling.Block128x128);
        using var codes = b.Transpose();
        using var view = codes.TransposeView();
        using var y = a.BlockScaledMatMul<Float8E4M3, Float8E5M2, float>(scale, view, rightScale);
        using var expected = flat.BlockScaledMatMul<Float8E4M3, Float8E5M2, float>(flatScale, b, rightScale);
        Assert.Equal([2, 3, 2], scale.Lengths.ToArray());
        Assert.Equal([2, 3, 5], y.Lengths.ToArray());
        Assert.Equal(expected.ToArray(), y.ToArray());
        Array.ForEach<IDisposable>([a, scale, flat, flatScale, b, rightScale], tensor => tensor.Dispose());
    }

    [Fact]
    public void WhatDoesNotFitIsRefusedWithItsNumbers()
    {
        using var x = _device.CreateZeros<float>([2, 130]);
        using var cube = _device.CreateZeros<float>([2, 3, 4]);
        using var number = _device.CreateZeros<float>([]);
        using var q = _device.CreateZeros<Float8E4M3>([2, 130]);
        using var other = _device.CreateZeros<Float8E4M3>([2, 131]);
        using var rows = _device.CreateZeros<float>([2, 2]);
        using var squares = _device.CreateZeros<float>([1, 2]);
        using var elsewhere = new CpuDevice();
        using var there = elsewhere.CreateZeros<float>([2, 2]);
        Refuses(() => x.QuantizeBlocks(BlockScaling.Block1x128, other, rows), "[2, 130]", "[2, 131]");
        Refuses(() => x.QuantizeBlocks(BlockScaling.Block1x128, q, squares), "[2, 2]", "[1, 2]");
        Refuses(() => x.QuantizeBlocks(BlockScaling.Block128x128, q, rows), "[1, 2]", "[2, 2]");
        Refuses(() => x.QuantizeBlocks(BlockScaling.Block1x128, q, there), "copy one of them");
        Refuses(() => cube.QuantizeBlocks<float, Float8E4M3>(BlockScaling.Block128x128), "a matrix", "[2, 3, 4]");
        Refuses(() => number.QuantizeBlocks<float, Float8E4M3>(BlockScaling.Block1x128), "one dimension");
        Refuses(() => q.DequantizeBlocks<Float8E4M3, float>(BlockScaling.Block128x128, rows), "[1, 2]", "[2, 2]");
        Refuses(() => q.DequantizeBlocks(BlockScaling.Block1x128, rows, cube), "[2, 130]", "[2, 3, 4]");
        Assert.Throws<ArgumentOutOfRangeException>(() => x.QuantizeBlocks<float, Float8E4M3>((BlockScaling)2));

        using var b = _device.CreateZeros<Float8E4M3>([3, 130]);
        using var y = _device.CreateZeros<float>([2, 3]);
        using var bias = _device.CreateZeros<float>([4]);
        Refuses(() => q.BlockScaledMatMul(rows, other, squares, null, y), "[2, 130]", "[2, 131]");
        Refuses(() => q.BlockScaledMatMul(squares, b, squares, null, y), "[2, 2]", "[1, 2]");
        Refuses(() => q.BlockScaledMatMul(rows, b, rows, null, y), "[1, 2]", "[2, 2]");
        Refuses(() => q.BlockScaledMatMul(rows, b, squares, bias, y), "[3]", "[4]");
        Refuses(() => q.BlockScaledMatMul(rows, b, squares, null, x), "[2, 3]", "[2, 130]");
        Refuses(() => q.BlockScaledMatMul(there, b, squares, null, y), "copy one of them");
        using var memory = _device.CreateZeros<float>([8]);
        using var place = memory.Slice(..6);
        using var inside = memory.Slice(2..4);
        using var destination = place.Reshape([2, 3]);
        using var overlapping = inside.Reshape([1, 2]);
        using var channels = memory.Slice(4..7);
        Refuses(() => q.BlockScaledMatMul(rows, b, overlapping, null, destination), "overlaps");
        Refuses(() => q.BlockScaledMatMul(rows, b, squares, channels, destination), "overlaps");

        static void Refuses(Action mistake, params string[] named)
        {
            var message = Assert.Throws<ArgumentException>(mistake).Message;
            Assert.All(named, part => Assert.Contains(part, message, StringComparison.Ordinal));
        }
    }

    private static float[] Numbers(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => (float)(random.NextDouble() - 0.5))];
}
