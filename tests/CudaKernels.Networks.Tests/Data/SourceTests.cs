using System.Buffers.Binary;
using CudaKernels.Networks;

namespace CudaKernels.Tests.Data;

/// <summary>Samples from folders of images and from files of arrays.</summary>
public sealed class SourceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void AFolderOfImagesIsClassesOfFiles()
    {
        foreach (var (name, grey) in (ReadOnlySpan<(string, int)>)[("zebra/b.png", 1), ("zebra/a.png", 2), ("Yak/x.PNG", 3), ("ant/10.png", 4), ("ant/9.png", 5)])
        {
            WriteImage(name, 3, 4, grey);
        }

        _folder.Write("ant/notes.txt", "no image");
        _folder.Write("readme.png", "a file beside the classes");
        var source = new ImageFolder(_folder.Path);
        Assert.Equal(["Yak", "ant", "zebra"], source.ClassNames);
        Assert.Equal([3, 4, 3], source.Lengths);
        Assert.Equal(["x.PNG", "10.png", "9.png", "a.png", "b.png"], Enumerable.Range(0, source.Count).Select(i => Path.GetFileName(source.FilePath(i))));
        Assert.Equal([0, 1, 1, 2, 2], Enumerable.Range(0, source.Count).Select(source.Label));
        var pixels = new byte[36];
        Assert.Equal([3, 4, 5, 2, 1], Enumerable.Range(0, source.Count).Select(i =>
        {
            source.Decode(i, pixels);
            return (int)Assert.Single(pixels.Distinct());
        }));
        Assert.Equal([3, 4, 1], new ImageFolder(_folder.Path, channels: 1).Lengths);
    }

    [Fact]
    public void AFolderThatHoldsNoClassesOrAnotherSizeIsRefused()
    {
        Assert.Throws<DirectoryNotFoundException>(() => new ImageFolder(_folder.Combine("nowhere")));
        Assert.Contains("no subfolders", Assert.Throws<InvalidDataException>(() => new ImageFolder(_folder.Path)).Message, StringComparison.Ordinal);
        WriteImage("a/1.png", 3, 4, 1);
        WriteImage("a/2.png", 4, 3, 1);
        var source = new ImageFolder(_folder.Path);
        var failure = Assert.Throws<InvalidDataException>(() => source.Decode(1, new byte[36])).Message;
        Assert.Contains("2.png has 4x3 pixels", failure, StringComparison.Ordinal);
        Assert.Contains("1.png, 3x4", failure, StringComparison.Ordinal);
        Directory.CreateDirectory(_folder.Combine("empty"));
        Assert.Contains("empty", Assert.Throws<InvalidDataException>(() => new ImageFolder(_folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void IdxFilesAreImagesOfOneChannel()
    {
        var images = WriteIdx("images", [2, 2, 3], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
        var labels = WriteIdx("labels", [2], [9, 0]);
        var source = ArraySource.ReadIdx<byte>(images, labels);
        Assert.Equal([2, 3, 1], source.Lengths);
        Assert.Equal([9, 0], Enumerable.Range(0, source.Count).Select(source.Label));
        var sample = new byte[6];
        source.Decode(1, sample);
        Assert.Equal([7, 8, 9, 10, 11, 12], sample);
        Assert.Throws<InvalidCastException>(() => ArraySource.ReadIdx<float>(images, labels));
        Assert.Contains("3 classes", Assert.Throws<InvalidDataException>(() => ArraySource.ReadIdx<byte>(images, WriteIdx("three", [3], [0, 1, 2]))).Message, StringComparison.Ordinal);
        Assert.Contains("[2, 2, 3]", Assert.Throws<InvalidDataException>(() => ArraySource.ReadIdx<byte>(images, images)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void NpyFilesAreSamplesOfAnyShapeAndType()
    {
        var (samples, labels) = (_folder.Combine("x.npy"), _folder.Combine("y.npy"));
        NpyFile.Write<float>(samples, [1, 2, 3, 4, 5, 6], [3, 2]);
        NpyFile.Write<long>(labels, [5, -1, 7], [3]);
        var source = ArraySource.ReadNpy<float>(samples, labels);
        Assert.Equal([2], source.Lengths);
        Assert.Equal([5, -1, 7], Enumerable.Range(0, source.Count).Select(source.Label));
        var sample = new float[2];
        source.Decode(2, sample);
        Assert.Equal([5, 6], sample);
        NpyFile.Write<int>(labels, [1, 2, 3], [3]);
        Assert.Equal(2, ArraySource.ReadNpy<float>(samples, labels).Label(1));
        Assert.Contains("f32", Assert.Throws<InvalidDataException>(() => ArraySource.ReadNpy<float>(samples, WriteFloats())).Message, StringComparison.Ordinal);
        Assert.Contains("7 were given", Assert.Throws<ArgumentException>(() => new ArraySource<byte>(new byte[7], [0, 1], [3])).Message, StringComparison.Ordinal);

        string WriteFloats()
        {
            NpyFile.Write<float>(_folder.Combine("f.npy"), [1, 2, 3], [3]);
            return _folder.Combine("f.npy");
        }
    }

    private void WriteImage(string name, int height, int width, int grey)
    {
        var path = _folder.Combine(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, PngWriter.Write(height, width, PngWriter.Grey, 8, (_, _, _) => grey));
    }

    private string WriteIdx(string name, int[] lengths, byte[] data)
    {
        var bytes = new byte[4 + (4 * lengths.Length) + data.Length];
        (bytes[2], bytes[3]) = (8, (byte)lengths.Length);
        for (var i = 0; i < lengths.Length; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(4 + (4 * i)), lengths[i]);
        }

        data.CopyTo(bytes, 4 + (4 * lengths.Length));
        File.WriteAllBytes(_folder.Combine(name), bytes);
        return _folder.Combine(name);
    }
}
