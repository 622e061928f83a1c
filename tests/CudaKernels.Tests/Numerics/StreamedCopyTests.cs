namespace CudaKernels.Tests.Numerics;

/// <summary>Copies past the caches, and the elementwise results that are large enough for them.</summary>
public sealed unsafe class StreamedCopyTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 1)]
    [InlineData(3, 60)]
    [InlineData(3, 62)]
    [InlineData(0, 64)]
    [InlineData(63, 129)]
    [InlineData(17, 1000)]
    [InlineData(64, 4096)]
    public void EveryByteAndNoOther(int start, int count)
    {
        var from = new byte[count];
        new Random(count).NextBytes(from);
        var to = new byte[start + count + 200];
        Array.Fill(to, (byte)0xAA);
        fixed (byte* source = from)
        fixed (byte* destination = to)
        {
            var line = (byte*)(((nint)destination + 63) & ~63) + start;
            StreamedCopy.Run(source, line, count);
            StreamedCopy.Complete();
            var before = (int)(line - destination);
            Assert.Equal(from, to[before..(before + count)]);
            Assert.All(to[..before], value => Assert.Equal(0xAA, value));
            Assert.All(to[(before + count)..], value => Assert.Equal(0xAA, value));
        }
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(3, 2)]
    public void ALargeResultIsWhatASmallOneIs(int start, int threads)
    {
        var count = (int)(StreamedCopy.LeastBytes / sizeof(float)) + 37;
        using var device = new CpuDevice(new CpuDeviceOptions { Threads = threads });
        using var a = device.CreateTensor([.. Enumerable.Range(0, count).Select(i => i % 1013 * 0.25f)], [count]);
        using var whole = device.CreateTensor(new float[count + 8], [count + 8]);
        using var y = whole.Slice(start..(start + count));
        a.Add(a, y);
        RequireWithin(whole, i => i % 1013 * 0.5f);
        a.Negate(y);
        RequireWithin(whole, i => i % 1013 * -0.25f);
        y.Fill(1);
        a.CopyTo(y);
        RequireWithin(whole, i => i % 1013 * 0.25f);
        a.Add(1f, a);
        var inPlace = a.ToArray();
        Assert.Equal(-1, Enumerable.Range(0, count).FirstOrDefault(i => inPlace[i] != (i % 1013 * 0.25f) + 1, -1));

        void RequireWithin(DeviceTensor<float> tensor, Func<int, float> expected)
        {
            var got = tensor.ToArray();
            Assert.Equal(-1, Enumerable.Range(0, count).FirstOrDefault(i => got[start + i] != expected(i), -1));
            Assert.Equal(0, got[..start].Sum() + got[(start + count)..].Sum());
        }
    }
}
