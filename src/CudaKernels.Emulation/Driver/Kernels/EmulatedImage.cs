using System.Buffers.Binary;
using System.Text;
using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>
/// What the software NVRTC gives out as a cubin and as PTX: two comment lines as PTX begins with, a line that ends them, the length
/// (the driver is given an address only) and the engine's image.
/// </summary>
internal static unsafe class EmulatedImage
{
    private const int LongestText = 4096;

    private static ReadOnlySpan<byte> Mark => "// CUDAKERNELS-EMULATION 1\n"u8;

    private static ReadOnlySpan<byte> TextEnd => "\n.image\n"u8;

    /// <param name="image">The engine's image.</param>
    /// <param name="build">What tells this build of the compiler and engine from others, one line.</param>
    public static byte[] Write(ReadOnlySpan<byte> image, string build)
    {
        byte[] text = [.. Mark, .. Encoding.UTF8.GetBytes("// " + build.ReplaceLineEndings(" ")), .. TextEnd];
        if (text.Length > LongestText)
            throw new ArgumentException($"the build's name has {text.Length} bytes", nameof(build));
        var bytes = new byte[text.Length + sizeof(long) + image.Length];
        text.CopyTo(bytes, 0);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(text.Length), image.Length);
        image.CopyTo(bytes.AsSpan(text.Length + sizeof(long)));
        return bytes;
    }

    /// <summary>The engine's image at an address.</summary>
    /// <exception cref="DriverError">It is not one: a GPU's cubin or PTX, for instance.</exception>
    public static ReadOnlySpan<byte> Read(byte* code)
    {
        // Byte by byte, since an image of another kind may end before the mark would.
        for (var i = 0; i < Mark.Length; i++)
        {
            if (code[i] != Mark[i])
                throw NoImage();
        }

        var start = new ReadOnlySpan<byte>(code, LongestText).IndexOf(TextEnd);
        if (start < 0)
            throw NoImage();
        var length = code + start + TextEnd.Length;
        return new ReadOnlySpan<byte>(length + sizeof(long), checked((int)BinaryPrimitives.ReadInt64LittleEndian(new ReadOnlySpan<byte>(length, sizeof(long)))));
    }

    /// <summary>The engine's image in a file's bytes.</summary>
    /// <exception cref="DriverError">It is not one, or is cut.</exception>
    public static ReadOnlySpan<byte> Read(ReadOnlySpan<byte> bytes)
    {
        var start = bytes.StartsWith(Mark) ? bytes.IndexOf(TextEnd) : -1;
        if (start < 0)
            throw NoImage();
        var rest = bytes[(start + TextEnd.Length)..];
        if (rest.Length < sizeof(long) || BinaryPrimitives.ReadInt64LittleEndian(rest) != rest.Length - sizeof(long))
            throw NoImage();
        return rest[sizeof(long)..];
    }

    private static DriverError NoImage() => new(CUresult.CUDA_ERROR_NO_BINARY_FOR_GPU);
}
