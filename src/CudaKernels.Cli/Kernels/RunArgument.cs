using System.Globalization;
using System.Text.RegularExpressions;

namespace CudaKernels.Cli.Kernels;

/// <summary>One ARG of <c>run</c>: a scalar such as <c>f32:1.5</c>, or a buffer such as <c>in:f32[1024]=rand</c>.</summary>
/// <param name="Format">The element type.</param>
/// <param name="Scalar">The value of a scalar; null for a buffer.</param>
/// <param name="Count">The elements of a buffer.</param>
/// <param name="Content">rand, iota, ones, zeros or an npy file; null leaves the buffer uninitialised.</param>
/// <param name="IsOutput">Whether the buffer is shown afterwards.</param>
internal sealed partial record RunArgument(ElementFormat Format, double? Scalar, int Count, string? Content, bool IsOutput)
{
    /// <exception cref="UsageException">The text fits no form.</exception>
    public static RunArgument Parse(string text)
    {
        var buffer = BufferForm().Match(text);
        if (buffer.Success)
        {
            var direction = buffer.Groups["direction"].Value;
            var content = buffer.Groups["content"].Success ? buffer.Groups["content"].Value : null;
            if (direction == "out" != content is null)
            {
                throw new UsageException(direction == "out" ? $"'{text}': an out buffer takes no content, it is left uninitialised" : $"'{text}': an {direction} buffer needs =rand, =iota, =ones, =zeros or =FILE.npy");
            }

            return int.TryParse(buffer.Groups["count"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
                ? new RunArgument(ElementFormat.Find(buffer.Groups["type"].Value), null, count, content, direction != "in")
                : throw new UsageException($"'{text}': {buffer.Groups["count"].Value} elements are too many");
        }

        var scalar = ScalarForm().Match(text);
        return scalar.Success && double.TryParse(scalar.Groups["value"].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            ? new RunArgument(ElementFormat.Find(scalar.Groups["type"].Value), value, 0, null, false)
            : throw new UsageException($"'{text}' is no argument; write f32:1.5, i32:7, in:f32[1024]=rand, out:f32[1024] or inout:f32[1024]=zeros");
    }

    /// <summary>The bytes of a buffer before the launch; null leaves it as the device made it.</summary>
    public byte[]? Initial(Random random)
    {
        if (Content is null)
        {
            return null;
        }

        if (Content.EndsWith(".npy", StringComparison.OrdinalIgnoreCase))
        {
            return FromFile();
        }

        var bytes = new byte[Count * Format.Size];
        for (var i = 0; i < Count; i++)
        {
            var value = Content switch
            {
                "rand" => random.NextDouble() * (Format.Name[0] is 'f' or 'b' ? 1 : 100),
                "iota" => i,
                "ones" => 1,
                "zeros" => 0.0,
                _ => throw new UsageException($"'{Content}' is no content; there are rand, iota, ones, zeros and FILE.npy"),
            };
            Format.Encode(value).CopyTo(bytes, i * Format.Size);
        }

        return bytes;
    }

    private byte[] FromFile()
    {
        var array = NpyFile.Read(InputPath.File(Content!));
        var type = ElementTypes.ShortName(array.Kind);
        if (type != Format.Name || array.Data.Length != Count * Format.Size)
        {
            throw new UsageException($"{Content} holds {array.Data.Length / ElementTypes.Size(array.Kind)} elements of {type}, the argument asks for {Format.Name}[{Count}]");
        }

        return array.Data;
    }

    [GeneratedRegex(@"^(?<direction>in|out|inout):(?<type>\w+)\[(?<count>\d+)\](=(?<content>.+))?$")]
    private static partial Regex BufferForm();

    [GeneratedRegex(@"^(?<type>\w+):(?<value>.+)$")]
    private static partial Regex ScalarForm();
}
