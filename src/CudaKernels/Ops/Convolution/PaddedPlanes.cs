using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace CudaKernels;

/// <summary>
/// Some rows of an image's channels with zeros around them, in which all that a tap meets at neighbouring outputs are neighbours too: output
/// (p, q) stands at p·pitch + q, and tap (c, r, s) meets it c·plane + r·dilation·pitch + s·dilation further. Channels first, stride 1.
/// </summary>
/// <remarks>A row has zeros on one side alone: those of the next row are its other side. What is computed between two rows of outputs has no meaning.</remarks>
internal readonly unsafe struct PaddedPlanes(ConvolutionShape shape)
{
    /// <summary>The most elements that a slab may have, whatever the caches hold.</summary>
    public const int MostElements = 1 << 28;

    // About as many as stay in a processor's second cache.
    private const int Elements = 128 * 1024;

    // Into how many slabs the images of a batch are cut at least, where they have the rows: threads share them.
    private const int FewestSlabs = 8;

    private readonly ConvolutionShape _shape = shape;

    /// <summary>Elements between the rows.</summary>
    public int Pitch => Math.Max(_shape.Width + _shape.PaddingX, _shape.OutWidth);

    /// <summary>Output rows that one slab serves.</summary>
    public int RowsPerSlab
    {
        get
        {
            var cached = (Elements / Math.Max((long)_shape.GroupChannels * Pitch, 1)) - MoreRows;
            var shared = (((long)_shape.Images * _shape.Groups * _shape.OutHeight) + FewestSlabs - 1) / FewestSlabs;
            return (int)Math.Clamp(Math.Min(cached, shared), 1, Math.Max(_shape.OutHeight, 1));
        }
    }

    /// <summary>Slabs of one image.</summary>
    public int Slabs => (_shape.OutHeight + RowsPerSlab - 1) / RowsPerSlab;

    /// <summary>The elements of the largest slab.</summary>
    public int Length => checked(_shape.GroupChannels * Plane);

    /// <summary>The elements of a slab that serves one row.</summary>
    public long ShortestLength => _shape.GroupChannels * (((1L + MoreRows) * Pitch) + _shape.PaddingX);

    /// <summary>From the first to the last output of some rows, those between the rows included.</summary>
    public int Span(int rows) => ((rows - 1) * Pitch) + _shape.OutWidth;

    public int RowsOf(int slab) => Math.Min(RowsPerSlab, _shape.OutHeight - (slab * RowsPerSlab));

    private int Plane => ((RowsPerSlab + MoreRows) * Pitch) + _shape.PaddingX;

    // The rows of an image that a row of outputs meets, but one.
    private int MoreRows => (_shape.FilterHeight - 1) * _shape.DilationY;

    /// <summary>How far from an output's place each tap meets it, in the order of the weights.</summary>
    public void Offsets(Span<int> offsets)
    {
        for (var tap = 0; tap < offsets.Length; tap++)
        {
            var (channel, r, s) = (tap / _shape.FilterWidth / _shape.FilterHeight, tap / _shape.FilterWidth % _shape.FilterHeight, tap % _shape.FilterWidth);
            offsets[tap] = (channel * Plane) + (r * _shape.DilationY * Pitch) + (s * _shape.DilationX);
        }
    }

    /// <summary>Fills a slab from the channels of one group.</summary>
    /// <param name="x">The group's first channel of the image.</param>
    /// <param name="slab">Which rows.</param>
    /// <param name="planes">The slab, <see cref="Length"/> elements.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Fill<T, TCompute>(T* x, int slab, TCompute* planes) where T : unmanaged, INumberBase<T> where TCompute : unmanaged, INumberBase<TCompute>
    {
        new Span<TCompute>(planes, Length).Clear();
        var firstRow = (slab * RowsPerSlab) - _shape.PaddingY;
        var (begin, end) = (Math.Max(firstRow, 0), Math.Min(firstRow + RowsOf(slab) + MoreRows, _shape.Height));
        for (var channel = 0; channel < _shape.GroupChannels; channel++)
        {
            for (var row = begin; row < end; row++)
            {
                var from = new ReadOnlySpan<T>(x + (channel * _shape.ChannelStep) + (row * _shape.RowStep), _shape.Width);
                TensorPrimitives.ConvertTruncating(from, new Span<TCompute>(planes + (channel * Plane) + _shape.PaddingX + ((row - firstRow) * Pitch), _shape.Width));
            }
        }
    }
}
