using System.Globalization;
using System.Text.RegularExpressions;

namespace CudaKernels.Cli.Kernels;

/// <summary>
/// The tile of a tensor map as <c>run</c> takes it: <c>/box[64,64]</c>, and then <c>/swizzle128</c>, <c>/step[1,2]</c>, <c>/nan</c> or <c>/tf32</c>;
/// <c>/view[2,128,64]/strides[64,128]</c> where the map sees the tensor in other lengths.
/// </summary>
/// <param name="Box">The tile's extents, outermost first.</param>
/// <param name="Options">How it is moved.</param>
/// <param name="IsTf32">Whether floats are rounded to TF32 on their way.</param>
/// <param name="View">The lengths that the map sees; null for the tensor's own.</param>
/// <param name="Strides">The elements between neighbours along each dimension of the view but the innermost.</param>
internal sealed partial record RunTile(int[] Box, TensorMapOptions Options, bool IsTf32, int[]? View, int[] Strides)
{
    /// <exception cref="UsageException">A word is none of these, or the box is missing.</exception>
    public static RunTile Parse(string text)
    {
        int[]? box = null, view = null, strides = null;
        var options = TensorMapOptions.Default;
        var isTf32 = false;
        foreach (var word in text.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            var extents = Extents().Match(word);
            switch (word)
            {
                case "swizzle32": options = options with { Swizzle = TensorMapSwizzle.Bytes32 }; break;
                case "swizzle64": options = options with { Swizzle = TensorMapSwizzle.Bytes64 }; break;
                case "swizzle128": options = options with { Swizzle = TensorMapSwizzle.Bytes128 }; break;
                case "nan": options = options with { Fill = TensorMapFill.NaN }; break;
                case "tf32": isTf32 = true; break;
                case var _ when extents.Groups["name"].Value == "box": box = Numbers(word, extents); break;
                case var _ when extents.Groups["name"].Value == "step": options = options with { ElementStrides = Numbers(word, extents) }; break;
                case var _ when extents.Groups["name"].Value == "view": view = Numbers(word, extents); break;
                case var _ when extents.Groups["name"].Value == "strides": strides = Numbers(word, extents); break;
                default: throw new UsageException($"'/{word}' says nothing of a tensor map; there are /box[64,64], /swizzle32, /swizzle64, /swizzle128, /step[1,2], /nan, /tf32 and /view[2,128,64]/strides[64,128]");
            }
        }

        if ((view?.Length ?? 1) != (strides?.Length ?? 0) + 1)
        {
            throw new UsageException($"'{text}': a view of {view?.Length ?? 0} lengths needs a stride for each but the innermost, as in /view[2,128,64]/strides[64,128]");
        }

        return new RunTile(box ?? throw new UsageException($"'{text}': a tensor map needs the extents of its tile, as in /box[64,64]"), options, isTf32, view, strides ?? []);
    }

    /// <exception cref="UsageException">The copy engine does not take it.</exception>
    public TensorMap Map(CudaDevice device, RunBuffer buffer, ElementFormat format, int[] lengths)
    {
        if (IsTf32 && format.Name != "f32")
        {
            throw new UsageException($"/tf32 is for f32, not for {format.Name}");
        }

        nint[] strides;
        if (View is not null)
        {
            strides = [.. Strides.Select(stride => (nint)stride * format.Size)];
            var last = View.Zip(Strides.Append(1)).Sum(dimension => (dimension.First - 1L) * dimension.Second);
            if (last * format.Size >= buffer.ByteCount)
            {
                throw new UsageException($"/view[{string.Join(',', View)}]/strides[{string.Join(',', Strides)}] reaches element {last} of a tensor of {buffer.ByteCount / format.Size}");
            }
        }
        else
        {
            strides = new nint[Math.Max(lengths.Length - 1, 0)];
            for (nint i = strides.Length - 1, bytes = format.Size; i >= 0; i--)
            {
                strides[i] = bytes *= lengths[i + 1];
            }
        }

        try
        {
            return TensorMap.Create(device, buffer.Address, IsTf32 ? TensorMapElement.TFloat32 : format.Tile, [.. (View ?? lengths).Select(length => (nint)length)], strides, Box, Options);
        }
        catch (ArgumentException exception)
        {
            throw new UsageException(exception.Message.ReplaceLineEndings(" "));
        }
    }

    private static int[] Numbers(string word, Match extents) =>
        [.. extents.Groups["number"].Captures.Select(capture => int.TryParse(capture.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw new UsageException($"'/{word}': {capture.Value} is too large"))];

    [GeneratedRegex(@"^(?<name>box|step|view|strides)\[(?<number>\d+)(?:,(?<number>\d+))*\]$")]
    private static partial Regex Extents();
}
