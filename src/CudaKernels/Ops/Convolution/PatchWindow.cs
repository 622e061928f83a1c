namespace CudaKernels;

/// <summary>The window of an im2col map under which a convolution by wgmma sees its patches (kernels/common/wgmma_patches.cuh), along both sides of an image.</summary>
internal readonly record struct PatchWindow(PatchAxis Y, PatchAxis X)
{
    /// <summary>The window of the results on the images.</summary>
    public static PatchWindow OfResults(in ConvolutionShape shape) => new(
        PatchAxis.OfResults(shape.FilterHeight, shape.StrideY, shape.PaddingY, shape.DilationY),
        PatchAxis.OfResults(shape.FilterWidth, shape.StrideX, shape.PaddingX, shape.DilationX));

    /// <summary>The window of the images' pixels on the gradient of the results.</summary>
    public static PatchWindow OfPhases(in ConvolutionShape shape) => new(
        PatchAxis.OfPhases(shape.Height, shape.OutHeight, shape.FilterHeight, shape.StrideY, shape.PaddingY, shape.DilationY),
        PatchAxis.OfPhases(shape.Width, shape.OutWidth, shape.FilterWidth, shape.StrideX, shape.PaddingX, shape.DilationX));
}

/// <summary>A window along one side of an image.</summary>
/// <param name="Lower">Where the window of the first place begins.</param>
/// <param name="Upper">Where that of the last one begins at most, counted from the image's last pixel.</param>
/// <param name="Step">From a place to the next.</param>
/// <param name="Reach">From where a window begins to the last pixel that a tap reads.</param>
internal readonly record struct PatchAxis(int Lower, int Upper, int Step, int Reach)
{
    /// <summary>Corners of a window are signed bytes, for two of them and the places of a filter, from its first, share 16 bits.</summary>
    private const int MinCorner = -128;

    private const int MaxCorner = 127;
    private const int MaxReach = 255;

    /// <summary>Whether a tensor map takes it.</summary>
    public bool IsTaken => Math.Min(Lower, Upper) >= MinCorner && Math.Max(Lower, Upper) <= MaxCorner && Reach <= MaxReach;

    /// <summary>The windows of the results on the images.</summary>
    public static PatchAxis OfResults(int filter, int stride, int padding, int dilation)
    {
        var covered = (filter - 1) * dilation;
        return new(-padding, padding - covered, stride, covered);
    }

    /// <summary>
    /// The windows of the pixels of all phases (kernels/common/convolution_phases.cuh) on the gradient of the results. A phase's taps step backwards from (remainder + padding - tap·dilation) / stride;
    /// the windows of all of them begin where that of the farthest one does, and are as many as those of the first one.
    /// </summary>
    public static PatchAxis OfPhases(int length, int outLength, int filter, int stride, int padding, int dilation)
    {
        var tapStep = 1;
        while ((long)tapStep * dilation % stride != 0)
        {
            tapStep++;
        }

        var step = (int)((long)tapStep * dilation / stride);
        var (first, last) = (int.MaxValue, int.MinValue);
        for (var tap = 0; tap < Math.Min(tapStep, filter); tap++)
        {
            var remainder = (int)((((((long)tap * dilation) - padding) % stride) + stride) % stride);
            if (remainder < length)
            {
                var begin = (remainder + padding - (tap * dilation)) / stride;
                (first, last) = (Math.Min(first, begin - ((filter - tap - 1) / tapStep * step)), Math.Max(last, begin));
            }
        }

        // No tap leads to a result from any pixel.
        if (last < first)
        {
            (first, last) = (0, 0);
        }

        return new(first, first + ((length + stride - 1) / stride) - outLength, 1, last - first);
    }
}
