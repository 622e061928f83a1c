namespace CudaKernels.Networks;

/// <summary>
/// The PNG images of a folder whose subfolders are the classes: <c>root/shoe/1.png</c> is a shoe. Classes are numbered in the ordinal order of their
/// names, and the images of a class come in that of theirs; files that do not end in <c>.png</c> are left alone.
/// </summary>
/// <remarks>An image is read when it is decoded, each time; all have one size.</remarks>
public sealed class ImageFolder : ISampleSource<byte>
{
    private readonly (string Path, int Class)[] _images;
    private readonly (int Height, int Width) _size;
    private readonly int _channels;

    /// <param name="path">The folder.</param>
    /// <param name="channels">1 grey, 3 red, green and blue, 4 these and alpha; see <see cref="PngFile"/>.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">It has no subfolder, one holds no image, or the first image does not begin as a PNG file does.</exception>
    public ImageFolder(string path, int channels = 3)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(channels, 4);
        string[] classes = [.. Directory.GetDirectories(path).Select(folder => Path.GetFileName(folder)!).Order(StringComparer.Ordinal)];
        if (classes.Length == 0)
        {
            throw new InvalidDataException($"{path} has no subfolders, which would be the classes of its images");
        }

        _images = [.. classes.SelectMany((name, number) => Images(Path.Combine(path, name)).Select(image => (image, number)))];
        _size = PngFile.ReadSize(_images[0].Path);
        (_channels, ClassNames, Lengths) = (channels, classes, [_size.Height, _size.Width, channels]);
    }

    /// <summary>The names of the classes 0, 1, ….</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <inheritdoc/>
    public int Count => _images.Length;

    /// <summary>[height, width, channels].</summary>
    public IReadOnlyList<nint> Lengths { get; }

    /// <summary>The file of an image.</summary>
    /// <param name="index">From 0 to <see cref="Count"/> - 1.</param>
    public string FilePath(int index) => _images[index].Path;

    /// <inheritdoc/>
    public long Label(int index) => _images[index].Class;

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">The file is damaged, or the image has another size than the first one.</exception>
    public void Decode(int index, Span<byte> destination)
    {
        var path = _images[index].Path;
        var bytes = File.ReadAllBytes(path);
        var (height, width) = PngFile.Size(bytes, path);
        if ((height, width) != _size)
        {
            throw new InvalidDataException($"{path} has {height}x{width} pixels, the first image, {_images[0].Path}, {_size.Height}x{_size.Width}");
        }

        PngFile.Decode(bytes, _channels, path).Pixels.CopyTo(destination);
    }

    private static string[] Images(string folder)
    {
        string[] images = [.. Directory.GetFiles(folder).Where(file => file.EndsWith(".png", StringComparison.OrdinalIgnoreCase)).OrderBy(Path.GetFileName, StringComparer.Ordinal)];
        return images.Length > 0 ? images : throw new InvalidDataException($"{folder} holds no PNG image, and each subfolder is a class");
    }
}
