using System.IO.Compression;
using System.Text;

namespace CudaKernels.Cli.Data;

/// <summary>A text to learn: Moby-Dick, which is shipped with the program, or a file of one's own.</summary>
internal static class Book
{
    private const int LeastCharacters = 1000;
    private const char ByteOrderMark = '\uFEFF';

    /// <summary>The part to train on, the first nine tenths, and the part that is held out.</summary>
    /// <param name="path">A text file in UTF-8, or one compressed with gzip (<c>.gz</c>); null takes the shipped book.</param>
    /// <exception cref="FileNotFoundException">The file is missing.</exception>
    /// <exception cref="InvalidDataException">The file is no text in UTF-8, is damaged, or is too short.</exception>
    public static (string Train, string HeldOut) Load(string? path)
    {
        var file = path ?? Path.Combine(AppContext.BaseDirectory, "Data", "moby-dick", "moby-dick.txt.gz");
        var text = Read(file).ReplaceLineEndings("\n");
        if (text.Length < LeastCharacters)
        {
            throw new InvalidDataException($"{file}: at least {LeastCharacters} characters are needed, got {text.Length}");
        }

        var end = (int)(text.Length * 0.9);
        return (text[..end], text[end..]);
    }

    private static string Read(string file)
    {
        using var stream = File.OpenRead(file);
        try
        {
            using var plain = file.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? (Stream)new GZipStream(stream, CompressionMode.Decompress) : stream;
            using var reader = new StreamReader(plain, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true), detectEncodingFromByteOrderMarks: false);
            return reader.ReadToEnd().TrimStart(ByteOrderMark);
        }
        catch (DecoderFallbackException exception)
        {
            throw new InvalidDataException($"{file}: no text in UTF-8", exception);
        }
        catch (InvalidDataException exception)
        {
            throw new InvalidDataException($"{file}: {exception.Message}", exception);
        }
    }
}
