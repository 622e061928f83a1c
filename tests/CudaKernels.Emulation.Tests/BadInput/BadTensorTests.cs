using System.Numerics;

namespace CudaKernels.Tests;

/// <summary>Mistakes with tensors on the managed device and on the software device: shapes, types, devices, tensors and devices that are gone.</summary>
public sealed class BadTensorTests
{
    private static readonly float[] s_six = [1, 2, 3, 4, 5, 6];

    [Theory]
    [InlineData("cpu")]
    [InlineData("emulated")]
    public void WrongShapesOfElementwiseOperations(string name)
    {
        using var sound = new SoundDevice(name);
        using var x = sound.Device.CreateTensor<float>(s_six, [2, 3]);
        using var four = sound.Device.CreateTensor<float>([1, 2, 3, 4]);
        using var turned = sound.Device.CreateTensor<float>(s_six, [3, 2]);
        using var mask = sound.Device.CreateTensor<bool>([true, false], [2]);
        sound.Refuses<ArgumentException>(() => x.Add(four), "[2, 3]", "[4]");
        sound.Refuses<ArgumentException>(() => x.Add(four, x), "[4]", "[2, 3]");
        sound.Refuses<ArgumentException>(() => x.Add(x, turned), "[2, 3]", "[3, 2]");
        sound.Refuses<ArgumentException>(() => x.Exp(turned), "[2, 3]", "[3, 2]");
        sound.Refuses<ArgumentException>(() => x.Equal(x, mask), "[2, 3]", "[2]");
        sound.Refuses<ArgumentException>(() => mask.Where(x, turned), "[2, 3]", "[3, 2]");
        using var wide = four.BroadcastTo(2, 4);
        sound.Refuses<ArgumentException>(() => four.Add(four, wide), "dimension 0", "stride 0");
        using var first = four.Slice(..3);
        using var last = four.Slice(1..);
        sound.Refuses<ArgumentException>(() => first.Add(first, last), "overlap");
        Assert.Equal(s_six, x.ToArray());
    }

    [Theory]
    [InlineData("cpu")]
    [InlineData("emulated")]
    public void WrongShapesOfReductionsRowsAndProducts(string name)
    {
        using var sound = new SoundDevice(name);
        using var x = sound.Device.CreateTensor<float>(s_six, [2, 3]);
        using var four = sound.Device.CreateTensor<float>([1, 2, 3, 4]);
        using var square = sound.Device.CreateTensor<float>([1, 2, 3, 4], [2, 2]);
        using var none = sound.Device.CreateTensor<float>(ReadOnlySpan<float>.Empty, [0, 3]);
        using var index = sound.Device.CreateTensor<long>([1L]);
        sound.Refuses<ArgumentOutOfRangeException>(() => x.Sum([5]), "5", "rank 2");
        sound.Refuses<ArgumentException>(() => x.Sum([0, 0]), "axis 0", "twice");
        sound.Refuses<ArgumentException>(() => x.Sum([1], four), "[2, 3]", "[2]", "[4]");
        sound.Refuses<ArgumentException>(() => none.Max([0]), "[0, 3]");
        sound.Refuses<ArgumentException>(() => none.ArgMax(index), "[0, 3]");
        sound.Refuses<ArgumentException>(() => x.Softmax(square), "[2, 3]", "[2, 2]");
        sound.Refuses<ArgumentOutOfRangeException>(() => x.Softmax(axis: -3), "-3", "rank 2");
        sound.Refuses<ArgumentException>(() => x.LayerNorm(four), "[3]", "[4]");
        sound.Refuses<ArgumentException>(() => x.MatMul(square), "3 columns", "2 rows", "[2, 3]", "[2, 2]");
        sound.Refuses<ArgumentException>(() => square.MatMul(x, square), "[2, 3]", "[2, 2]");
        sound.Refuses<ArgumentException>(() => four.MatMul(x), "[4]");
        sound.Refuses<ArgumentException>(() => square.MatMul(square, square), "overlaps");
        sound.Refuses<InvalidOperationException>(() => four.Transpose(), "two dimensions", "has 1");
        sound.Refuses<ArgumentException>(() => x.Transpose(square), "[3, 2]", "[2, 2]");
        Assert.Equal(s_six, x.ToArray());
    }

    [Theory]
    [InlineData("cpu")]
    [InlineData("emulated")]
    public void WrongShapesOfTensorsAndViews(string name)
    {
        using var sound = new SoundDevice(name);
        var device = sound.Device;
        using var x = device.CreateTensor<float>(s_six, [2, 3]);
        sound.Refuses<ArgumentException>(() => device.CreateTensor<float>(s_six, [2, 4]), "[2, 4]", "8", "6");
        sound.Refuses<ArgumentException>(() => device.CreateUninitializedTensor<float>([2, -1]), "[2, -1]");
        sound.Refuses<ArgumentException>(() => device.CreateZeros<float>([1, 1, 1, 1, 1, 1, 1, 1, 1]), "9");
        sound.Refuses<ArgumentException>(() => device.CreateUninitializedTensor<float>([nint.MaxValue, 3]), nint.MaxValue.ToString(), "3]");
        sound.Refuses<ArgumentException>(() => device.CreateUninitializedTensor<double>([nint.MaxValue / 4, 2]), (nint.MaxValue / 4).ToString());
        sound.Refuses<ArgumentException>(() => x.Reshape(4, 2), "[2, 3]", "[4, 2]");
        sound.Refuses<ArgumentException>(() => x.Reshape(-1, 4), "[2, 3]", "4]");
        sound.Refuses<ArgumentOutOfRangeException>(() => x.Slice(..3), "0..3", "length 2");
        sound.Refuses<ArgumentException>(() => x.PermuteDimensions(1, 1), "1", "twice");
        sound.Refuses<ArgumentException>(() => x.BroadcastTo(3, 3), "[2, 3]", "[3, 3]");
        sound.Refuses<ArgumentException>(() => x.Squeeze(1), "3");
        sound.Refuses<ArgumentException>(() => x.CopyFrom([1f, 2f]), "[2, 3]", "2");
        sound.Refuses<ArgumentException>(() => x.CopyTo(new float[5]), "6", "5");
        sound.Refuses<InvalidOperationException>(() => x.ToScalar(), "[2, 3]", "6");
        Assert.False(x.TryCopyTo(new float[5]));
        Assert.Equal(s_six, x.ToArray());
    }

    [Theory]
    [InlineData("cpu", "emulated")]
    [InlineData("emulated", "cpu")]
    [InlineData("emulated", "emulated")]
    [InlineData("cpu", "cpu")]
    public void TensorsOfAnotherDevice(string name, string other)
    {
        using var sound = new SoundDevice(name);
        using var foreign = new SoundDevice(other);
        using var x = sound.Device.CreateTensor<float>([1, 2, 3, 4], [2, 2]);
        using var y = foreign.Device.CreateTensor<float>([1, 2, 3, 4], [2, 2]);
        string[] both = [sound.Device.Id, foreign.Device.Id];
        sound.Refuses<ArgumentException>(() => x.Add(y), both);
        sound.Refuses<ArgumentException>(() => x.Exp(y), both);
        sound.Refuses<ArgumentException>(() => x.Softmax(y), both);
        sound.Refuses<ArgumentException>(() => x.Sum([], y), "[2, 2]");
        sound.Refuses<ArgumentException>(() => x.MatMul(y), both);
        sound.Refuses<ArgumentException>(() => x.MatMul(x, y), both);
        foreign.RequireWorking();

        // Copies are the way between devices.
        using var copy = x.Clone(foreign.Device);
        using var sum = copy.Add(y);
        Assert.Equal([2f, 4f, 6f, 8f], sum.ToArray());
    }

    [Theory]
    [InlineData("cpu")]
    [InlineData("emulated")]
    public void WrongElementTypes(string name)
    {
        using var sound = new SoundDevice(name);
        sound.Refuses<NotSupportedException>(() => sound.Device.CreateUninitializedTensor<short>([2]), "System.Int16", "float");
        sound.Refuses<NotSupportedException>(() => sound.Device.CreateTensor<Guid>([Guid.Empty]), "System.Guid");
        sound.Refuses<NotSupportedException>(() => sound.Device.CreateScalar(new Complex(1, 2)), "System.Numerics.Complex");
        using var whole = sound.Device.CreateTensor<int>([1, 2, 3, 4], [2, 2]);
        using var result = sound.Device.CreateTensor<int>([0, 0, 0, 0], [2, 2]);
        if (name == "emulated")
        {
            sound.Refuses<NotSupportedException>(() => whole.MatMul(whole, result, algorithm: MatMulAlgorithm.Cublas), "Int32", "cuBLAS");
            sound.Refuses<ArgumentOutOfRangeException>(() => whole.MatMul(whole, result, algorithm: (MatMulAlgorithm)77), "77");
        }

        sound.Refuses<ArgumentException>(() => whole.MatMul(whole, result, alpha: 0.5), "alpha", "0.5", "Int32");
        sound.Refuses<ArgumentException>(() => whole.MatMul(whole, result, beta: double.NaN), "beta", "NaN", "Int32");

        Assert.Equal([0, 0, 0, 0], result.ToArray());
    }

    [Theory]
    [InlineData("cpu")]
    [InlineData("emulated")]
    public void DisposedTensors(string name)
    {
        using var sound = new SoundDevice(name);
        using var alive = sound.Device.CreateTensor<float>(s_six, [2, 3]);
        var gone = sound.Device.CreateTensor<float>(s_six, [2, 3]);
        using var view = gone.Slice(..1);
        gone.Dispose();
        gone.Dispose();
        Action[] uses =
        [
            () => gone.ToArray(), () => gone.CopyFrom(s_six), () => gone.Fill(1), () => gone.Slice(..1), () => gone.Reshape(6), () => gone.Clone(),
            () => gone.Add(alive), () => alive.Add(gone), () => alive.Add(alive, gone), () => gone.Exp(), () => gone.Sum(),
            () => gone.Softmax(), () => alive.Softmax(gone), () => gone.MatMul(alive, transposeB: true), () => gone.Cast<int>(), () => gone.CopyTo(alive), () => alive.CopyTo(gone),
        ];
        foreach (var use in uses)
        {
            sound.Refuses<ObjectDisposedException>(use, "the tensor is disposed", "DeviceTensor");
        }

        // The view shares the memory and keeps it.
        Assert.Equal([1f, 2f, 3f], view.ToArray());
        Assert.Equal(s_six, alive.ToArray());
    }

    [Theory]
    [InlineData("cpu")]
    [InlineData("emulated")]
    public void ADeviceThatIsGone(string name)
    {
        DeviceTensor<float> x;
        ComputeDevice device;
        using (var sound = new SoundDevice(name))
        {
            device = sound.Device;
            x = device.CreateTensor<float>(s_six, [2, 3]);
            x.Dispose();
        }

        Assert.Throws<ObjectDisposedException>(() => device.CreateTensor<float>(s_six));
        Assert.Throws<ObjectDisposedException>(device.Synchronize);
        Assert.Throws<ObjectDisposedException>(() => x.ToArray());
    }

    [Fact]
    public void TensorsOutliveTheManagedDeviceOnlyToBeRefused()
    {
        var device = new CpuDevice();
        using var x = device.CreateTensor<float>(s_six, [2, 3]);
        using var y = device.CreateTensor<float>(s_six, [2, 3]);
        device.Dispose();
        Assert.Throws<ObjectDisposedException>(() => x.Add(y, y));
        Assert.Throws<ObjectDisposedException>(() => x.ToArray());
        Assert.Throws<ObjectDisposedException>(() => x.Softmax(y));
        Assert.Throws<ObjectDisposedException>(() => x.CopyFrom(s_six));
    }
}
