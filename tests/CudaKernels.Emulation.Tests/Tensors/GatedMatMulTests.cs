namespace CudaKernels.Tests;

/// <summary>Gated products on the software device: batches, and weights that lie in one tensor or differently, by each kernel.</summary>
public sealed class GatedMatMulTests
{
    [Theory]
    [InlineData(MatMulAlgorithm.Simt)]
    [InlineData(MatMulAlgorithm.TensorCore)]
    [InlineData(MatMulAlgorithm.Wgmma)]
    [InlineData(MatMulAlgorithm.WgmmaCluster)]
    [InlineData(MatMulAlgorithm.WgmmaNarrow)]
    [InlineData(MatMulAlgorithm.WgmmaPingpong)]
    [InlineData(MatMulAlgorithm.Cublas)]
    public void WeightsOfAllKinds(MatMulAlgorithm algorithm)
    {
        var random = new Random(2);
        var (a, packed, up, scale) = (ManagedTwin.Values(random, 2, 3, 4, 16), ManagedTwin.Values(random, 3, 2, 16, 144), ManagedTwin.Values(random, 3, 2, 72, 16), ManagedTwin.Values(random, 2, 4));
        var (expected, got) = ManagedTwin.Run(algorithm, Run);
        ManagedTwin.Agree(expected, got, 2e-2f);

        Half[] Run(ComputeDevice device, MatMulAlgorithm way)
        {
            using var gated = GatedMatMul<Half>.Create(1, x => x[0].Sigmoid() * x[1] * x[2], way);
            using var left = device.CreateTensor(a, [2, 3, 4, 16]);
            using var storedWeights = device.CreateTensor(packed, [3, 2, 16, 144]);
            using var storedOther = device.CreateTensor(up, [3, 2, 72, 16]);
            using var weights = storedWeights.PermuteDimensions(1, 0, 2, 3);
            using var other = storedOther.PermuteDimensions(1, 0, 2, 3);
            using var rows = device.CreateTensor(scale, [2, 1, 4, 1]);
            using var gate = weights.Slice(.., .., .., ..72);
            using var turned = other.TransposeView();
            using var y = device.CreateTensor(new Half[2 * 3 * 4 * 72], [2, 3, 4, 72]);
            gated.ComputePackedInto(y, left, weights, rows);
            var first = y.ToArray();
            using var largest = device.CreateTensor(new float[2 * 3 * 4], [2, 3, 4]);
            gated.ComputeInto(y, largest, RowReduction.Maximum, left, gate, turned, rows);
            var second = y.ToArray();
            for (var row = 0; row < 2 * 3 * 4; row++)
            {
                Assert.Equal((float)second.AsSpan(row * 72, 72).ToArray().Max(), largest.ToArray()[row]);
            }

            return [.. first, .. second];
        }
    }
}
