using System.Runtime.InteropServices;

namespace CudaKernels.Tests;

/// <summary>Typed fills of buffers on the software device: every way to set them, parts, streams, graphs, and what is refused.</summary>
public sealed class BufferFillTests : IDisposable
{
    private readonly EmulatedDevice _emulated = EmulatedDevice.Open(new EmulationOptions());

    public void Dispose() => _emulated.Dispose();

    [Fact]
    public void ValuesOfEverySizeAreSet()
    {
        Check<byte>(0xAB);
        Check((sbyte)-3);
        Check(true);
        Check<short>(-12345);
        Check((Half)1.5);
        Check((BFloat16)(-2.75f));
        Check(0x01020304);
        Check(1.25f);
        Check(float.NaN);
        Check(0x0102030405060708L);
        Check(Math.PI);
        Check(0.0);
        Check(new Triple { First = -7, Second = -7, Third = -7 });
        Check((1L, 1L));
        Check((Byte: 0, Long: 0L));

        void Check<T>(T value) where T : unmanaged
        {
            // 33 of them: an odd number of words of 8 bytes too.
            using var buffer = _emulated.Device.CreateBuffer<T>(33);
            buffer.Fill(value);
            Assert.Equal(Enumerable.Repeat(value, 33), buffer.ToArray());
        }
    }

    [Fact]
    public void APartIsSetAndNothingElse()
    {
        Check(7.5f, -1f);
        Check(7.5, -1.0);
        Check<ushort>(0x1234, 0x5678);

        void Check<T>(T value, T others) where T : unmanaged
        {
            using var buffer = _emulated.Device.CreateBuffer<T>(12);
            buffer.Fill(others);
            buffer.Fill(value, offset: 3, count: 5);
            buffer.Fill(value, offset: 12);
            buffer.Fill(value, offset: 2, count: 0);
            Assert.Equal([.. Enumerable.Repeat(others, 3), .. Enumerable.Repeat(value, 5), .. Enumerable.Repeat(others, 4)], buffer.ToArray());
        }
    }

    [Fact]
    public void FillsAreOrderedByStreamsAndRecorded()
    {
        var device = _emulated.Device;
        using var stream = device.CreateStream();
        using var floats = device.CreateBuffer<float>(100);
        using var doubles = device.CreateBuffer<double>(100);
        floats.Fill(1, stream);
        doubles.Fill(1, stream);
        floats.Fill(2);
        doubles.Fill(2);
        Assert.All(floats.ToArray(), value => Assert.Equal(2, value));
        Assert.All(doubles.ToArray(), value => Assert.Equal(2, value));
        using var graph = stream.Capture(on =>
        {
            floats.Fill(3, on);
            doubles.Fill(3, on);
        });
        Assert.Equal(2, graph.NodeCount);
        using var recorded = graph.Instantiate();
        Assert.All(floats.ToArray(), value => Assert.Equal(2, value));
        recorded.Launch(stream);
        Assert.All(floats.ToArray(stream), value => Assert.Equal(3, value));
        Assert.All(doubles.ToArray(stream), value => Assert.Equal(3, value));
    }

    [Fact]
    public void WhatCannotBeSetIsRefused()
    {
        using var triples = _emulated.Device.CreateBuffer<Triple>(4);
        Assert.Contains("Triple of 12 bytes", Assert.Throws<NotSupportedException>(() => triples.Fill(new Triple { First = 1, Second = 2, Third = 3 })).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => triples.Fill(default, offset: 2, count: 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => triples.Fill(default, offset: 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => triples.Fill(default, offset: -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => triples.Fill(default, count: -1));
        var disposed = _emulated.Device.CreateBuffer<int>(4);
        disposed.Dispose();
        Assert.Throws<ObjectDisposedException>(() => disposed.Fill(1));
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Triple
    {
        public int First;
        public int Second;
        public int Third;
    }
}
