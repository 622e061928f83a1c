using Microsoft.Win32.SafeHandles;

namespace CudaKernels;

/// <summary>An open file whose bytes are read at any place, by any thread.</summary>
internal sealed class SafetensorsBytes : IDisposable
{
    private readonly SafeFileHandle _file;

    public SafetensorsBytes(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Path = path;
        _file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        Length = RandomAccess.GetLength(_file);
    }

    public string Path { get; }

    /// <summary>The bytes of the file when it was opened.</summary>
    public long Length { get; }

    /// <summary>Fills <paramref name="destination"/>.</summary>
    /// <exception cref="InvalidDataException">The file was cut after it was opened.</exception>
    public void Read(long offset, Span<byte> destination)
    {
        while (!destination.IsEmpty)
        {
            var count = RandomAccess.Read(_file, destination, offset);
            if (count == 0)
            {
                throw Invalid(offset, $"{destination.Length} more bytes wanted, the file ends here; it had {Length} bytes when it was opened");
            }

            destination = destination[count..];
            offset += count;
        }
    }

    /// <summary>An exception that names the file and the place.</summary>
    public InvalidDataException Invalid(long offset, string problem, Exception? inner = null) => new($"{Path}, byte {offset}: {problem}", inner);

    public void Dispose() => _file.Dispose();
}
