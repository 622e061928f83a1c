using System.Globalization;
using System.Text.RegularExpressions;

namespace CudaKernels.Cli.Kernels;

/// <summary>
/// One ARG of <c>run</c>: a scalar such as <c>f32:1.5</c>, a buffer such as <c>in:f32[1024]=rand</c>, or a tensor map, of a tensor of its own
/// (<c>in:f16[256,128]/box[64,64]/swizzle128=rand</c>) or of another argument's (<c>map:2/box[64,64]</c>).
/// </summary>
/// <param name="Format">The element type; null for a map of another argument's tensor.</param>
/// <param name="Scalar">The bytes of a scalar; null for all else.</param>
/// <param name="Lengths">The lengths of a buffer, outermost first.</param>
/// <param name="Content">rand, iota, ones, zeros or an npy file; null leaves the buffer uninitialised.</param>
/// <param name="IsOutput">Whether the buffer is shown afterwards.</param>
/// <param name="Tile">The tile of a tensor map; null for all else.</param>
/// <param name="MapOf">The argument whose tensor is mapped; null for all else.</param>
internal sealed partial record RunArgument(ElementFormat? Format, byte[]? Scalar, int[] Lengths, string? Content, bool IsOutput, RunTile? Tile = null, int? MapOf = null)
{
    /// <summary>The elements of a buffer.</summary>
    public int Count => Lengths.Aggregate(1, (count, length) => count * length);

    /// <exception cref="UsageException">The text fits no form.</exception>
    public static RunArgument Parse(string text)
    {
        if (BufferForm().Match(text) is { Success: true } buffer)
        {
            return Buffer(text, buffer);
        }

        if (MapForm().Match(text) is { Success: true } map && int.TryParse(map.Groups["of"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var of))
        {
            return new RunArgument(null, null, [], null, false, RunTile.Parse(map.Groups["tile"].Value), of);
        }

        return ScalarForm().Match(text) is { Success: true } scalar && ElementFormat.Find(scalar.Groups["type"].Value) is var format && format.Parse(scalar.Groups["value"].Value) is { } value
            ? new RunArgument(format, value, [], null, false)
            : throw new UsageException($"'{text}' is no argument; write f32:1.5, i32:7, in:f32[1024]=rand, out:f32[1024], inout:f32[1024]=zeros, in:f16[256,128]/box[64,64]=rand or map:2/box[64,64]");
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

        var format = Format!;
        var bytes = new byte[Count * format.Size];
        for (var i = 0; i < Count; i++)
        {
            var value = Content switch
            {
                "rand" => random.NextDouble() * (format.Exact is null ? 1 : 100),
                "iota" => i,
                "ones" => 1,
                "zeros" => 0.0,
                _ => throw new UsageException($"'{Content}' is no content; there are rand, iota, ones, zeros and FILE.npy"),
            };
            format.Encode(value).CopyTo(bytes, i * format.Size);
        }

        return bytes;
    }

    private static RunArgument Buffer(string text, Match match)
    {
        var direction = match.Groups["direction"].Value;
        var content = match.Groups["content"].Success ? match.Groups["content"].Value : null;
        if (direction == "out" != content is null)
        {
            throw new UsageException(direction == "out" ? $"'{text}': an out buffer takes no content, it is left uninitialised" : $"'{text}': an {direction} buffer needs =rand, =iota, =ones, =zeros or =FILE.npy");
        }

        var format = ElementFormat.Find(match.Groups["type"].Value);
        long bytes = format.Size;
        var lengths = new List<int>();
        foreach (var capture in match.Groups["length"].Captures.AsEnumerable())
        {
            if (!int.TryParse(capture.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var length) || (bytes *= length) > int.MaxValue)
            {
                throw new UsageException($"'{text}': {string.Join(" x ", match.Groups["length"].Captures)} elements are too many");
            }

            lengths.Add(length);
        }

        return new RunArgument(format, null, [.. lengths], content, direction != "in", match.Groups["tile"].Length == 0 ? null : RunTile.Parse(match.Groups["tile"].Value));
    }

    private byte[] FromFile()
    {
        var (type, count, data) = ArrayFile.Read(InputPath.File(Content!));
        return type == Format!.Name && data.Length == Count * Format.Size
            ? data
            : throw new UsageException($"{Content} holds {count} elements of {type}, the argument asks for {Format.Name}[{string.Join(',', Lengths)}]");
    }

    [GeneratedRegex(@"^(?<direction>in|out|inout):(?<type>\w+)\[(?<length>\d+)(?:,(?<length>\d+))*\](?<tile>(?:/[^/=]+)*)(?:=(?<content>.+))?$")]
    private static partial Regex BufferForm();

    [GeneratedRegex(@"^map:(?<of>\d+)(?<tile>(?:/[^/=]+)*)$")]
    private static partial Regex MapForm();

    [GeneratedRegex(@"^(?<type>\w+):(?<value>.+)$")]
    private static partial Regex ScalarForm();
}
