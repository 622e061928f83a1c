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
