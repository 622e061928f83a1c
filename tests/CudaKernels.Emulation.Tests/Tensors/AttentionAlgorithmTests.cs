using System.Numerics;
using System.Runtime.InteropServices;

namespace CudaKernels.Tests;

/// <summary>Which kernel an attention takes, and what is refused.</summary>
public sealed class AttentionAlgorithmTests : IDisposable
{
    private readonly List<EmulatedDevice> _devices = [];

    public void Dispose() => _devices.ForEach(device => device.Dispose());

    [Fact]
    public void AutoTakesTensorCoresWhereTheyServe()
    {
        var device = Open(8, 0);
        Agrees<BFloat16>(device, 64, 64, isFlash: true);
        Agrees<Half>(device, 128, 128, isFlash: true);
        Agrees<BFloat16>(device, 256, 256, isFlash: true);
        Agrees<Half>(device, 96, 96, isFlash: false);
        Agrees<Half>(device, 64, 128, isFlash: false);
        Agrees<float>(device, 64, 64, isFlash: false);
        Agrees<Half>(Open(7, 5), 64, 64, isFlash: false);
    }

    [Fact]
    public void FlashIsRefusedWithTheReasonWhereItDoesNotExist()
    {
        var device = Open(8, 0);
        Refuses<float>(device, 64, 64, "Float32");
        Refuses<double>(device, 64, 64, "Float64");
        Refuses<Half>(device, 96, 96, "96 and 96");
        Refuses<BFloat16>(device, 64, 128, "64 and 128");
        Refuses<Half>(Open(7, 5), 64, 64, "7.5");
        Assert.Throws<ArgumentOutOfRangeException>(() => new AttentionOptions { Algorithm = (AttentionAlgorithm)4 });
    }

    [Fact]
    public void TheGradientChoosesForItself()
    {
        var device = Open(8, 0);
        Assert.Equal(Gradient(64, AttentionAlgorithm.Flash), Gradient(64, AttentionAlgorithm.Auto));
        Assert.NotEqual(Gradient(64, AttentionAlgorithm.Plain), Gradient(64, AttentionAlgorithm.Auto));
        Assert.Equal(Gradient(256, AttentionAlgorithm.Flash), Gradient(256, AttentionAlgorithm.Auto));
        Assert.NotEqual(Gradient(256, AttentionAlgorithm.Plain), Gradient(256, AttentionAlgorithm.Auto));
        Assert.Equal(Gradient(96, AttentionAlgorithm.Plain), Gradient(96, AttentionAlgorithm.Auto));
        Assert.Contains("96 and 96", Assert.Throws<NotSupportedException>(() => Gradient(96, AttentionAlgorithm.Flash)).Message, StringComparison.Ordinal);

        byte[] Gradient(int width, AttentionAlgorithm algorithm)
        {
            using var q = Random<Half>(device, [1, 2, 5, width]);
            using var k = Random<Half>(device, [1, 1, 5, width]);
            using var y = device.CreateZeros<Half>(q.Lengths);
            using var logSumExp = device.CreateZeros<float>([1, 2, 5]);
            using var dq = device.CreateZeros<Half>(q.Lengths);
            using var dk = device.CreateZeros<Half>(k.Lengths);
            using var dv = device.CreateZeros<Half>(k.Lengths);
            q.Attention(k, k, y, logSumExp);
            q.AttentionGradient(k, k, y, logSumExp, q, dq, dk, dv, new AttentionOptions { Algorithm = algorithm });
            return [.. Bits(dq), .. Bits(dk), .. Bits(dv)];
        }
    }

    [Fact]
    public void PackedSequencesChooseAsOthersDo()
    {
        var device = Open(8, 0);
        Assert.Equal(Packed(64, AttentionAlgorithm.Flash), Packed(64, AttentionAlgorithm.Auto));
        Assert.NotEqual(Packed(64, AttentionAlgorithm.Plain), Packed(64, AttentionAlgorithm.Auto));
        Assert.Equal(Packed(96, AttentionAlgorithm.Plain), Packed(96, AttentionAlgorithm.Auto));
        Assert.Contains("96 and 96", Assert.Throws<NotSupportedException>(() => Packed(96, AttentionAlgorithm.Flash)).Message, StringComparison.Ordinal);

        byte[] Packed(int width, AttentionAlgorithm algorithm)
        {
            using var q = Random<Half>(device, [9, 2, width]);
            using var k = Random<Half>(device, [9, 1, width]);
            using var offsets = device.CreateTensor([0, 3, 9], [3]);
            using var y = device.CreateZeros<Half>(q.Lengths);
            q.PackedAttention(k, k, offsets, offsets, 6, y, new AttentionOptions { Algorithm = algorithm, Scale = 0.02 });
            return Bits(y);
        }
    }

    [Fact]
    public void SequencesInPagesChooseAsOthersDoButForWgmma()
    {
        var device = Open(9, 0);
        Assert.Equal(Paged(device, 64, AttentionAlgorithm.Flash), Paged(device, 64, AttentionAlgorithm.Auto));
        Assert.NotEqual(Paged(device, 64, AttentionAlgorithm.Plain), Paged(device, 64, AttentionAlgorithm.Auto));
        Assert.Equal(Paged(device, 96, AttentionAlgorithm.Plain), Paged(device, 96, AttentionAlgorithm.Auto));
        Assert.Contains("96 and 96", Assert.Throws<NotSupportedException>(() => Paged(device, 96, AttentionAlgorithm.Flash)).Message, StringComparison.Ordinal);
        Assert.Contains("Plain and Flash, not by Wgmma", Assert.Throws<NotSupportedException>(() => Paged(device, 64, AttentionAlgorithm.Wgmma)).Message, StringComparison.Ordinal);
        Assert.Contains("7.5", Assert.Throws<NotSupportedException>(() => Paged(Open(7, 5), 64, AttentionAlgorithm.Flash)).Message, StringComparison.Ordinal);
    }

    // A result of one row is the same whether 15 others or 63 are worked on with it, up to the order in which keys are added.
    [Theory]
    [InlineData(64)]
    [InlineData(128)]
    [InlineData(256)]
    public void RowsInPagesAreTheSameInSmallAndLargeBlocks(int width)
    {
        var device = Open(8, 0);
        using var q = Random<Half>(device, [1, 20, 1, width]);
        using var some = q.Slice(.., ..16, .., ..);
        var (all, first) = (Run(q), Run(some));
        Assert.All(first.Zip(all), pair => Assert.InRange(Math.Abs((double)pair.First - (double)pair.Second), 0, 2e-3));

        Half[] Run(DeviceTensor<Half> queries)
        {
            using var cache = Random<Half>(device, [9, 1, 16, width]);
            using var table = device.CreateTensor([4, 8, 0, 2, 1], [1, 5]);
            using var lengths = device.CreateTensor([70], [1]);
            using var y = device.CreateZeros<Half>(queries.Lengths);
            queries.PagedAttention(cache, cache, table, lengths, y, new AttentionOptions { Algorithm = AttentionAlgorithm.Flash, Scale = 0.3 });
            return y.ToArray();
        }
    }

    private static byte[] Paged(CudaDevice device, int width, AttentionAlgorithm algorithm)
    {
        using var q = Random<Half>(device, [1, 2, 3, width]);
        using var cache = Random<Half>(device, [3, 1, 4, width]);
        using var table = device.CreateTensor([2, 0], [1, 2]);
        using var lengths = device.CreateTensor([7], [1]);
        using var y = device.CreateZeros<Half>(q.Lengths);
        q.PagedAttention(cache, cache, table, lengths, y, new AttentionOptions { Algorithm = algorithm, Scale = 0.02 });
        return Bits(y);
    }

    // The two kernels round at different places: their bits tell which one ran.
    private static void Agrees<T>(ComputeDevice device, int headDim, int valueDim, bool isFlash) where T : unmanaged, IFloatingPointIeee754<T>
    {
        using var q = Random<T>(device, [1, 1, 20, headDim]);
        using var v = Random<T>(device, [1, 1, 20, valueDim]);
        var plain = Result(AttentionAlgorithm.Plain);
        var chosen = Result(AttentionAlgorithm.Auto);
        if (isFlash)
        {
            Assert.Equal(Result(AttentionAlgorithm.Flash), chosen);
            Assert.NotEqual(plain, chosen);
        }
        else
        {
            Assert.Equal(plain, chosen);
        }

        byte[] Result(AttentionAlgorithm algorithm)
        {
            using var y = q.Attention(q, v, new AttentionOptions { Algorithm = algorithm, Scale = 0.02 });
            return Bits(y);
        }
    }

    private static void Refuses<T>(ComputeDevice device, int headDim, int valueDim, string reason) where T : unmanaged, IFloatingPointIeee754<T>
    {
        using var q = Random<T>(device, [1, 1, 2, headDim]);
        using var v = Random<T>(device, [1, 1, 2, valueDim]);
        Assert.Contains(reason, Assert.Throws<NotSupportedException>(() => q.Attention(q, v, new AttentionOptions { Algorithm = AttentionAlgorithm.Flash })).Message, StringComparison.Ordinal);
    }

    private static DeviceTensor<T> Random<T>(ComputeDevice device, nint[] lengths) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var random = new Random(1);
        var elements = new T[lengths.Aggregate((count, length) => count * length)];
        for (var i = 0; i < elements.Length; i++)
        {
            elements[i] = T.CreateTruncating((2 * random.NextDouble()) - 1);
        }

        return device.CreateTensor(elements, lengths);
    }

    private static byte[] Bits<T>(DeviceTensor<T> tensor) where T : unmanaged => MemoryMarshal.AsBytes<T>(tensor.ToArray()).ToArray();

    private CudaDevice Open(int major, int minor)
    {
        var found = EmulatedDevice.IsSupported(out var reason);
        Assert.False(!found && Environment.GetEnvironmentVariable("CI") == "true", reason);
        Assert.SkipUnless(found, reason);
        _devices.Add(EmulatedDevice.Open(new EmulationOptions { ComputeCapability = new Version(major, minor) }));
        return _devices[^1].Device;
    }
}
