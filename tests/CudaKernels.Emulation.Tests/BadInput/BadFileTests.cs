namespace CudaKernels.Tests;

/// <summary>Damaged and missing files, read into tensors: an exception that names the file, and no tensor left behind.</summary>
public sealed class BadFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("cudakernels-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("cpu")]
    [InlineData("emulated")]
    public void DamagedNpyFiles(string name)
    {
        using var sound = new SoundDevice(name);
        var path = Path.Combine(_folder, "x.npy");
        NpyFile.Write<float>(path, [1, 2, 3, 4, 5, 6], [2, 3]);
        var whole = File.ReadAllBytes(path);
        byte[][] damaged = [[], whole[..5], whole[..9], whole[..60], whole[..^1], [.. whole, 0], Changed(whole, 0, 0), Changed(whole, 6, 9), Changed(whole, 12, (byte)'?'), Changed(whole, 9, 0x7f)];
        foreach (var bytes in damaged)
        {
            File.WriteAllBytes(path, bytes);
            sound.Refuses<InvalidDataException>(() => sound.Device.LoadNpy<float>(path), path, "byte");
        }

        File.WriteAllBytes(path, whole);
        sound.Refuses<InvalidCastException>(() => sound.Device.LoadNpy<int>(path), "f32", "i32");
        sound.Refuses<FileNotFoundException>(() => sound.Device.LoadNpy<float>(path + ".gone"), path + ".gone");
        NpyFile.Write<float>(path + ".deep", [1f], [1, 1, 1, 1, 1, 1, 1, 1, 1]);
        sound.Refuses<ArgumentException>(() => sound.Device.LoadNpy<float>(path + ".deep"), "9");
        using var x = sound.Device.LoadNpy<float>(path);
        Assert.Equal([1f, 2f, 3f, 4f, 5f, 6f], x.ToArray());
    }

    [Theory]
    [InlineData("cpu")]
    [InlineData("emulated")]
    public void DamagedIdxFiles(string name)
    {
        using var sound = new SoundDevice(name);
        var path = Path.Combine(_folder, "labels.idx");
        byte[] whole = [0, 0, 8, 1, 0, 0, 0, 3, 7, 8, 9];
        byte[][] damaged = [[], whole[..3], whole[..6], whole[..^1], [.. whole, 0], Changed(whole, 0, 1), Changed(whole, 2, 0x0b), Changed(whole, 2, 0x55), Changed(whole, 4, 0x7f), [0x1f, 0x8b, 8, 0, 1, 2]];
        foreach (var bytes in damaged)
        {
            File.WriteAllBytes(path, bytes);
            sound.Refuses<InvalidDataException>(() => Load(sound.Device, path), path);
        }

        sound.Refuses<FileNotFoundException>(() => Load(sound.Device, path + ".gone"), path + ".gone");
        File.WriteAllBytes(path, whole);
        using var labels = Load(sound.Device, path);
        Assert.Equal([7, 8, 9], labels.ToArray());
    }

    private static DeviceTensor<byte> Load(ComputeDevice device, string path)
    {
        var array = IdxFile.Read(path);
        return device.CreateTensor<byte>(array.ToArray<byte>(), array.Lengths);
    }

    private static byte[] Changed(byte[] whole, int at, byte value)
    {
        byte[] copy = [.. whole];
        copy[at] = value;
        return copy;
    }
}
