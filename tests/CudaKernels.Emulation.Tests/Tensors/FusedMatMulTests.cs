namespace CudaKernels.Tests;

/// <summary>Fused products on the software device: batches, strides and operands of every kind, by each kernel.</summary>
public sealed class FusedMatMulTests
{
    [Theory]
    [InlineData(MatMulAlgorithm.Simt)]
    [InlineData(MatMulAlgorithm.TensorCore)]
    [InlineData(MatMulAlgorithm.Wgmma)]
    [InlineData(MatMulAlgorithm.WgmmaCluster)]
    [InlineData(MatMulAlgorithm.WgmmaNarrow)]
    [InlineData(MatMulAlgorithm.WgmmaPingpong)]
    [InlineData(MatMulAlgorithm.Cublas)]
    public void AllOperandsOfAllShapes(MatMulAlgorithm algorithm)
    {
        var random = new Random(2);
        nint[][] shapes = [[2, 3, 4, 8], [3, 4, 8], [8], [4, 1], [2, 1, 1, 1], [1]];
        var values = shapes.Select(shape => ManagedTwin.Values(random, shape)).ToArray();
        var (a, b) = (ManagedTwin.Values(random, 2, 3, 4, 16), ManagedTwin.Values(random, 3, 16, 8));
        var (expected, got) = ManagedTwin.Run(algorithm, Run);
        ManagedTwin.Agree(expected, got, 2e-2f);

        Half[] Run(ComputeDevice device, MatMulAlgorithm way)
        {
            using var fused = FusedMatMul<Half>.Create(6, x => x[0] + (0.5 * x[1]) - x[2] + (2 * x[3]) + (x[4] * x[5]) + x[6], way);
            using var left = device.CreateTensor(a, [2, 3, 4, 16]);
            using var right = device.CreateTensor(b, [3, 16, 8]);
            using var turned = left.PermuteDimensions(1, 0, 2, 3);
            using var wide = right.Reshape(3, 1, 16, 8);
            var operands = shapes.Select((shape, i) => device.CreateTensor(values[i], shape)).ToArray();
            using var first = operands[0].PermuteDimensions(1, 0, 2, 3);
            using var second = operands[1].Reshape(3, 1, 4, 8);
            using var scalar = operands[4].Reshape(1, 2, 1, 1);
            using var y = fused.Compute(turned, wide, first, second, operands[2], operands[3], scalar, operands[5]);
            Array.ForEach(operands, operand => operand.Dispose());
            return y.ToArray();
        }
    }

    // Sums over nothing, so that the blocks have little to do: two launches, each with operands and rows of its own.
    [Fact]
    public void ABatchMayBeLongerThanAGrid()
    {
        Assert.SkipUnless(EmulatedDevice.IsSupported(out var reason), reason);
        const int count = 65_538;
        Half[] values = [.. Enumerable.Range(0, count).Select(i => (Half)(i % 1999))];
        using var emulated = EmulatedDevice.Open();
        using var fused = FusedMatMul<Half>.Create((product, x) => product + x, MatMulAlgorithm.TensorCore);
        using var a = emulated.Device.CreateUninitializedTensor<Half>([count, 1, 0]);
        using var b = emulated.Device.CreateUninitializedTensor<Half>([count, 0, 1]);
        using var x = emulated.Device.CreateTensor(values, [count, 1, 1]);
        using var y = emulated.Device.CreateUninitializedTensor<Half>([count, 1, 1]);
        using var rows = emulated.Device.CreateUninitializedTensor<float>([count, 1]);
        fused.ComputeInto(y, rows, RowReduction.Sum, a, b, x);
        Assert.Equal(values, y.ToArray());
        Assert.Equal(values.Select(value => (float)value), rows.ToArray());
        Assert.Empty(emulated.Reports);
    }

    // Rows of several pieces and of one; the matrices of one batch lie at even steps only one row of it at a time, in a destination with gaps.
    [Theory]
    [InlineData(MatMulAlgorithm.Simt, RowReduction.Sum, 300)]
    [InlineData(MatMulAlgorithm.Simt, RowReduction.Maximum, 300)]
    [InlineData(MatMulAlgorithm.TensorCore, RowReduction.Sum, 300)]
    [InlineData(MatMulAlgorithm.TensorCore, RowReduction.SumOfSquares, 24)]
    [InlineData(MatMulAlgorithm.Wgmma, RowReduction.Sum, 304)]
    [InlineData(MatMulAlgorithm.WgmmaCluster, RowReduction.SumOfSquares, 304)]
    [InlineData(MatMulAlgorithm.WgmmaNarrow, RowReduction.Maximum, 304)]
    [InlineData(MatMulAlgorithm.Cublas, RowReduction.Sum, 300)]
    [InlineData(MatMulAlgorithm.Cublas, RowReduction.Maximum, 300)]
    public void RowsAreReducedBesideTheResult(MatMulAlgorithm algorithm, RowReduction reduction, int columns)
    {
        var random = new Random(3);
        var (a, b) = (ManagedTwin.Values(random, 3, 2, 20, 16), ManagedTwin.Values(random, 3, 16, columns));
        var ((expected, expectedRows), (got, rows)) = ManagedTwin.Run(algorithm, Run);
        ManagedTwin.Agree(expected, got, 1e-2f);
        for (var row = 0; row < rows.Length; row++)
        {
            var y = got.AsSpan(row * columns, columns).ToArray().Select(value => (double)value).ToArray();
            var wanted = reduction switch { RowReduction.Maximum => y.Max(), RowReduction.SumOfSquares => y.Sum(value => value * value), _ => y.Sum() };
            Assert.Equal(wanted, rows[row], reduction == RowReduction.Maximum ? 0 : 1e-3);
            Assert.Equal(expectedRows[row], rows[row], 0.5);
        }

        (Half[] Y, float[] Rows) Run(ComputeDevice device, MatMulAlgorithm way)
        {
            using var fused = FusedMatMul<Half>.Create(product => product + 0.5, way);
            using var left = device.CreateTensor(a, [3, 2, 20, 16]);
            using var right = device.CreateTensor(b, [3, 16, columns]);
            using var turned = left.PermuteDimensions(1, 0, 2, 3);
            using var wide = device.CreateTensor(new Half[2 * 3 * 20 * (columns + 8)], [2, 3, 20, columns + 8]);
            using var y = wide.Slice(.., .., .., ..columns);
            using var reduced = device.CreateTensor(new float[2 * 3 * 20], [2, 3, 20]);
            fused.ComputeInto(y, reduced, reduction, turned, right);
            return (y.ToArray(), reduced.ToArray());
        }
    }

    [Fact]
    public void OneKernelIsCompiledForEachWayTheMatricesLie()
    {
        Assert.SkipUnless(EmulatedDevice.IsSupported(out var reason), reason);
        var compiled = 0;
        using var emulated = EmulatedDevice.Open(runtimeOptions: new CudaDeviceOptions { KernelText = (path, text) => { compiled++; return text; } });
        using var x = emulated.Device.CreateTensor<float>([1, 2, 3, 4], [2, 2]);
        using var turned = x.TransposeView();
        using var fused = FusedMatMul<float>.Create(product => product * 2);
        for (var round = 0; round < 2; round++)
        {
            using var plain = fused.Compute(x, x);
            Assert.Equal([14, 20, 30, 44], plain.ToArray());
            using var transposed = fused.Compute(x, turned);
            Assert.Equal([10, 22, 22, 50], transposed.ToArray());
        }

        Assert.Equal(2, compiled);
        fused.Dispose();
        Assert.Throws<ObjectDisposedException>(() => fused.Compute(x, x));
    }
}
