using System.Buffers.Binary;
using System.IO.Compression;

namespace CudaKernels;

/// <summary>
/// Reads a plain or gzip-compressed file forwards, counting bytes, so that every complaint can say where in the (uncompressed)
/// data the file went wrong, and so that sizes which a damaged header claims cost no memory before their bytes are there.
/// </summary>
internal sealed class FileBytes : IDisposable
{
    private const int ChunkBytes = 1 << 20;
    private const int GzipTrailerBytes = 8;

    private readonly FileStream _file;
    private readonly Stream _stream;
    private Crc32 _checksum;

    public FileBytes(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Path = path;
        _file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        try
        {
            // gzip is told by its magic number (RFC 1952, section 2.3.1), so that a renamed file reads all the same; neither
            // the IDX nor the npy format can start with these bytes.
            var isCompressed = _file.ReadByte() == 0x1f && _file.ReadByte() == 0x8b;
            _file.Position = 0;
            _stream = isCompressed ? new GZipStream(_file, CompressionMode.Decompress) : _file;
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    public string Path { get; }

    /// <summary>How many (uncompressed) bytes were read.</summary>
    public long Offset { get; private set; }

    /// <summary>Fills <paramref name="destination"/>.</summary>
    /// <param name="destination">Takes the bytes.</param>
    /// <param name="what">What is read, for the message.</param>
    /// <exception cref="InvalidDataException">The file ends before.</exception>
    public void ReadExactly(Span<byte> destination, string what)
    {
        var start = Offset;
        var count = ReadAvailable(destination);
        if (count < destination.Length)
        {
            throw Invalid(start, $"{what}: {destination.Length} bytes wanted, the file ends after {count}");
        }
    }

    /// <summary>Reads <paramref name="count"/> bytes into an array that only grows as the bytes arrive.</summary>
    /// <exception cref="InvalidDataException">The file ends before, or the array would exceed what .NET can hold.</exception>
    public byte[] ReadBytes(long count, string what)
    {
        if (count > Array.MaxLength)
        {
            throw Invalid(Offset, $"{what}: {count} bytes wanted, an array holds at most {Array.MaxLength}");
        }

        if (ReferenceEquals(_stream, _file) && count > _file.Length - _file.Position)
        {
            throw Invalid(Offset, $"{what}: {count} bytes wanted, the file has {_file.Length - _file.Position} more");
        }

        var start = Offset;
        // A plain file's length was checked above; a compressed one may claim anything, so its array starts small.
        var bytes = new byte[ReferenceEquals(_stream, _file) ? count : Math.Min(count, ChunkBytes)];
        var filled = 0;
        while (filled < count)
        {
            if (filled == bytes.Length)
            {
                Array.Resize(ref bytes, (int)Math.Min(count, bytes.Length * 2L));
            }

            var got = ReadAvailable(bytes.AsSpan(filled));
            filled += got;
            if (filled < bytes.Length)
            {
                throw Invalid(start, $"{what}: {count} bytes wanted, the file ends after {filled}");
            }
        }

        return bytes;
    }

    /// <summary>The bytes of an array whose shape the file claims.</summary>
    /// <param name="lengths">The shape.</param>
    /// <param name="elementBytes">Bytes per element.</param>
    /// <param name="offset">Where the shape stands in the file.</param>
    /// <exception cref="InvalidDataException">
    /// The product overflows 64 bits, zeros left out: the strides of an empty array must be numbers as well.
    /// </exception>
    public long CountBytes(ReadOnlySpan<nint> lengths, int elementBytes, long offset) => ArrayBytes.TryCount(lengths, elementBytes, out var bytes)
        ? bytes
        : throw Invalid(offset, $"the shape ({string.Join(", ", lengths.ToArray())}) of {elementBytes}-byte elements overflows 64 bits");

    /// <summary>Checks that the file ends here, and that a compressed one is whole.</summary>
    /// <exception cref="InvalidDataException">More bytes follow, or the gzip trailer is not that of the bytes read.</exception>
    public void RequireEnd()
    {
        var end = Offset;
        var buffer = new byte[4096];
        var extra = ReadAvailable(buffer);
        if (extra > 0)
        {
            throw Invalid(end, $"the data should end here, {(extra == buffer.Length ? $"at least {extra}" : extra)} more bytes follow");
        }

        if (!ReferenceEquals(_stream, _file))
        {
            RequireGzipTrailer();
        }
    }

    /// <summary>An exception that names the file and the place.</summary>
    public InvalidDataException Invalid(long offset, string problem, Exception? inner = null) =>
        new($"{Path}, byte {offset}{(ReferenceEquals(_stream, _file) ? "" : " of the uncompressed data")}: {problem}", inner);

    public void Dispose() => _stream.Dispose();

    // GZipStream takes the end of the file for the end of the data when the trailer is cut off, and passes over bytes that follow it;
    // so the last bytes of the file are compared with what a trailer must say (RFC 1952, section 2.3.1): checksum and length.
    private void RequireGzipTrailer()
    {
        Span<byte> trailer = stackalloc byte[GzipTrailerBytes];
        _file.Position = Math.Max(0, _file.Length - GzipTrailerBytes);
        _file.ReadAtLeast(trailer, trailer.Length, throwOnEndOfStream: false);
        var checksum = BinaryPrimitives.ReadUInt32LittleEndian(trailer);
        var length = BinaryPrimitives.ReadUInt32LittleEndian(trailer[4..]);
        if (checksum != _checksum.Value || length != (uint)Offset)
        {
            throw Invalid(Offset, $"the gzip file is cut, has several members or other bytes behind it: it ends with checksum {checksum:x8} and length {length}, "
                + $"its data have {_checksum.Value:x8} and {(uint)Offset}");
        }
    }

    private int ReadAvailable(Span<byte> destination)
    {
        try
        {
            var count = _stream.ReadAtLeast(destination, destination.Length, throwOnEndOfStream: false);
            Offset += count;
            if (!ReferenceEquals(_stream, _file))
            {
                _checksum.Append(destination[..count]);
            }

            return count;
        }
        catch (InvalidDataException e)
        {
            throw Invalid(Offset, $"damaged gzip data ({e.Message})", e);
        }
    }
}
