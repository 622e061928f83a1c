namespace CudaKernels;

/// <summary>The rules of the copy engine, checked before the driver is asked: it would only say that a value is invalid.</summary>
internal static class TensorMapRules
{
    private const int MaxRank = 5;
    private const long MaxLength = 1L << 32;
    private const long MaxStride = 1L << 40;
    private const int MaxBox = 256;
    private const int MaxPixels = 1024;
    private const int MaxStep = 8;

    public static void RequireTensor(ulong address, TensorMapElement element, ReadOnlySpan<nint> lengths, ReadOnlySpan<nint> byteStrides, TensorMapOptions options, bool isWindow)
    {
        if (!Enum.IsDefined(element))
            throw new ArgumentOutOfRangeException(nameof(element), element, "not an element of a tensor map");
        var lowest = isWindow || options.Interleave != TensorMapInterleave.None ? 3 : 1;
        if (lengths.Length < lowest || lengths.Length > MaxRank)
            throw new ArgumentException($"a tensor map{(lowest == 3 ? " of an im2col window or of interleaved channels" : "")} has {lowest} to {MaxRank} dimensions, got {lengths.Length}", nameof(lengths));
        if (byteStrides.Length != lengths.Length - 1)
            throw new ArgumentException($"a tensor of {lengths.Length} dimensions has {lengths.Length - 1} byte strides, of all dimensions but the innermost; got {byteStrides.Length}", nameof(byteStrides));
        var alignment = options.Interleave == TensorMapInterleave.Bytes32 ? 32 : 16;
        if (address == 0 || address % (ulong)alignment != 0)
            throw new ArgumentException($"the tensor starts at 0x{address:x}; a tensor map needs a multiple of {alignment} bytes", nameof(address));
        for (var i = 0; i < lengths.Length; i++)
        {
            if (lengths[i] < 1 || lengths[i] > MaxLength)
                throw new ArgumentException($"the tensor's length is {lengths[i]} in dimension {i} of {TensorLayout.Format(lengths)}; a tensor map takes 1 to 2³²", nameof(lengths));
        }

        for (var i = 0; i < byteStrides.Length; i++)
        {
            if (byteStrides[i] < 0 || byteStrides[i] >= MaxStride || byteStrides[i] % alignment != 0)
                throw new ArgumentException($"the byte stride of dimension {i} is {byteStrides[i]} in {TensorLayout.Format(byteStrides)}; a tensor map takes multiples of {alignment} below 2⁴⁰: pad the rows", nameof(byteStrides));
        }

        RequireOptions(element, lengths.Length, options);
    }

    public static void RequireBox(TensorMapElement element, int rank, ReadOnlySpan<int> box, TensorMapOptions options)
    {
        if (box.Length != rank)
            throw new ArgumentException($"the box has {box.Length} dimensions, the tensor {rank}", nameof(box));
        for (var i = 0; i < rank; i++)
        {
            if (box[i] is < 1 or > MaxBox)
                throw new ArgumentException($"the box is {box[i]} wide in dimension {i}; a tensor map takes 1 to {MaxBox}", nameof(box));
        }

        RequireRow(element, box[^1], options, nameof(box));
    }

    public static void RequireWindow(TensorMapElement element, ReadOnlySpan<nint> lengths, TensorMapWindow window, TensorMapOptions options)
    {
        var spatial = lengths.Length - 2;
        // The offsets share one field of the map, so their range shrinks with their number.
        var range = spatial switch { 1 => 32768, 2 => 128, _ => 16 };
        if (window.LowerCorner.Count != spatial || window.UpperCorner.Count != spatial)
            throw new ArgumentException($"the window's corners have {window.LowerCorner.Count} and {window.UpperCorner.Count} offsets; a tensor of {lengths.Length} dimensions has {spatial} spatial ones", nameof(window));
        for (var i = 0; i < spatial; i++)
        {
            var (lower, upper) = (window.LowerCorner[i], window.UpperCorner[i]);
            if (lower < -range || lower >= range || upper < -range || upper >= range)
                throw new ArgumentException($"the window's corners are {lower} and {upper} in spatial dimension {i}; with {spatial} of them a tensor map takes {-range} to {range - 1}", nameof(window));
            if (lengths[i + 1] + upper - lower < 1)
                throw new ArgumentException($"the window is empty in spatial dimension {i}: from {lower} to {lengths[i + 1] - 1 + upper}", nameof(window));
        }

        if (window.ChannelsPerPixel is < 1 or > MaxBox)
            throw new ArgumentException($"the window takes {window.ChannelsPerPixel} channels of a pixel; a tensor map takes 1 to {MaxBox}", nameof(window));
        if (window.PixelsPerColumn is < 1 or > MaxPixels)
            throw new ArgumentException($"the window takes {window.PixelsPerColumn} pixels; a tensor map takes 1 to {MaxPixels}", nameof(window));
        RequireRow(element, window.ChannelsPerPixel, options, nameof(window));
    }

    private static void RequireOptions(TensorMapElement element, int rank, TensorMapOptions options)
    {
        if (!Enum.IsDefined(options.Swizzle) || !Enum.IsDefined(options.Interleave) || !Enum.IsDefined(options.L2Promotion) || !Enum.IsDefined(options.Fill))
            throw new ArgumentException($"an option of the tensor map has no meaning: {options}", nameof(options));
        if (options.Interleave == TensorMapInterleave.Bytes32 && options.Swizzle != TensorMapSwizzle.Bytes32)
            throw new ArgumentException($"channels in slices of 32 bytes need the swizzle of 32 bytes, got {options.Swizzle}", nameof(options));
        if (options.Fill == TensorMapFill.NaN && !TensorMapElements.IsFloating(element))
            throw new ArgumentException($"{element} has no NaN to fill with", nameof(options));
        var steps = options.ElementStrides;
        if (steps.Count == 0)
            return;
        if (steps.Count != rank)
            throw new ArgumentException($"{steps.Count} element strides were given for {rank} dimensions", nameof(options));
        for (var i = 0; i < rank; i++)
        {
            var most = i == rank - 1 && options.Interleave == TensorMapInterleave.None ? 1 : MaxStep;
            if (steps[i] < 1 || steps[i] > most)
                throw new ArgumentException($"the element stride of dimension {i} is {steps[i]}; a tensor map takes 1 to {most} there", nameof(options));
        }
    }

    // The innermost extent: whole 16-byte chunks, no wider than the swizzle.
    private static void RequireRow(TensorMapElement element, int elements, TensorMapOptions options, string parameter)
    {
        if (options.Interleave != TensorMapInterleave.None)
            return;
        var bytes = elements * TensorMapElements.Size(element);
        if (bytes % 16 != 0)
            throw new ArgumentException($"the innermost extent is {elements} elements of {element}, {bytes} bytes; a tensor map takes multiples of 16 bytes", parameter);
        var width = options.Swizzle == TensorMapSwizzle.None ? int.MaxValue : 16 << (int)options.Swizzle;
        if (bytes > width)
            throw new ArgumentException($"the innermost extent is {elements} elements of {element}, {bytes} bytes; a swizzle of {width} bytes takes at most {width}: load several boxes side by side", parameter);
    }
}
