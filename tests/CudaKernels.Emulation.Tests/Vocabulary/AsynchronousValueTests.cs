namespace CudaKernels.Tests.Vocabulary;

/// <summary>What asynchronous copies, bulk reductions, clusters and named barriers compute, late and at once, checked and not.</summary>
public sealed class AsynchronousValueTests
{
    public static IEnumerable<TheoryDataRow<int, bool>> Schedules() => from seed in Enumerable.Range(0, 4) from isChecked in (bool[])[false, true] select new TheoryDataRow<int, bool>(seed, isChecked);

    [Theory]
    [MemberData(nameof(Schedules))]
    public void CopiesAreFilledUpWithZeros(int seed, bool isChecked)
    {
        var input = Enumerable.Range(0, 13).Select(i => (uint)(i + 100)).ToArray();
        var output = Run("zero_fill", seed, isChecked, new LaunchConfig(1, 32), 224, input);
        foreach (var part in (uint[][])[output[..32], output[32..96], output[96..]])
        {
            Assert.Equal([.. input, .. new uint[part.Length - 13]], part);
        }
    }

    [Theory]
    [MemberData(nameof(Schedules))]
    public void BulkReductionsCombineElementByElement(int seed, bool isChecked)
    {
        var random = new Random(seed);
        var input = Enumerable.Range(0, 32).Select(_ => (uint)random.NextInt64(1L << 32)).ToArray();
        var output = Run("reductions", seed, isChecked, new LaunchConfig(1, 32), 128, input);
        Func<uint, uint, uint>[] operations =
        [
            (a, b) => a + b, Math.Min, Math.Max, (a, b) => a & b, (a, b) => a | b, (a, b) => a ^ b, (a, b) => (uint)Math.Min((int)a, (int)b), (a, b) => (uint)Math.Max((int)a, (int)b),
        ];
        Assert.Equal(operations.SelectMany(operation => Enumerable.Range(0, 16).Select(i => operation(input[i], input[16 + i]))), output);
    }

    [Theory]
    [MemberData(nameof(Schedules))]
    public void BlocksReduceIntoTheSameWords(int seed, bool isChecked)
    {
        var input = Enumerable.Range(1, 16).Select(i => (uint)i).ToArray();
        var output = Run("sums_of_blocks", seed, isChecked, new LaunchConfig(4, 32), 32, input, isZeroed: true);
        Assert.Equal(input.Select(x => 4f * x), output[..16].Select(BitConverter.UInt32BitsToSingle));
        var halves = output[16..].SelectMany(word => (ushort[])[(ushort)word, (ushort)(word >> 16)]).ToArray();
        Assert.Equal(input.Select(x => 4f * x), halves[..16].Select(bits => BitConverter.UInt32BitsToSingle((uint)bits << 16)));
        Assert.Equal(input.Select(x => 4f * x), halves[16..].Select(bits => (float)BitConverter.UInt16BitsToHalf(bits)));
    }

    [Theory]
    [MemberData(nameof(Schedules))]
    public void ABlockKnowsItsPlaceInItsCluster(int seed, bool isChecked)
    {
        var output = Run("positions", seed, isChecked, new LaunchConfig(new Dim3(4, 4, 2), 32, Cluster: new Dim3(2, 2)), 320, [0]);
        for (uint z = 0; z < 2; z++)
        {
            for (uint y = 0; y < 4; y++)
            {
                for (uint x = 0; x < 4; x++)
                {
                    var block = (int)(x + (4 * (y + (4 * z))));
                    Assert.Equal([(x % 2) + (2 * (y % 2)), 4u, x % 2, y % 2, 2u, 2u, x / 2, y / 2, z, 222u], output[(10 * block)..(10 * (block + 1))]);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Schedules))]
    public void BlocksOfAClusterReachEachOthersSharedMemory(int seed, bool isChecked)
    {
        var output = Run("ring_of_blocks", seed, isChecked, new LaunchConfig(4, 64, Cluster: new Dim3(4)), 20, [0]);
        for (uint rank = 0; rank < 4; rank++)
        {
            var before = (rank + 3) % 4;
            Assert.Equal([before, before, before + 30, 256u, (rank + 1) % 4], output[(5 * (int)rank)..(5 * ((int)rank + 1))]);
        }
    }

    [Theory]
    [MemberData(nameof(Schedules))]
    public void NamedBarriersHandOver(int seed, bool isChecked) =>
        Assert.Equal([0u, 1, 0, 1, 0, 1, 0, 1], Run("turns", seed, isChecked, new LaunchConfig(1, 128), 8, [0]));

    private static uint[] Run(string kernel, int seed, bool isChecked, LaunchConfig launch, int length, uint[] input, bool isZeroed = false)
    {
        Assert.SkipUnless(EngineRun.CompilerIsThere(out var reason), reason ?? "");
        using var emulated = EmulatedDevice.Open(new EmulationOptions { Seed = seed, Sanitize = isChecked });
        var device = emulated.Device;
        using var module = device.Compile(KernelSource.FromFile(VocabularyModule.PathOf("asynchronous_values.cu")));
        using var source = device.CreateBuffer<uint>(input);
        using var target = isZeroed ? device.CreateBuffer<uint>(new uint[length]) : device.CreateBuffer<uint>(length);
        device.DefaultStream.Launch(module.GetKernel(kernel), launch, target, source);
        var output = target.ToArray();
        Assert.Empty(emulated.Reports);
        return output;
    }
}
