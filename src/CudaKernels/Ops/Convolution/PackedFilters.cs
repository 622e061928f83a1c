using System.Runtime.CompilerServices;

namespace CudaKernels;

/// <summary>The weights of a convolution in the panels that the inner matrix product takes, a block of taps after the other, and where each tap meets an output.</summary>
internal readonly unsafe struct PackedFilters<T>(ConvolutionShape shape, int tileRows, byte* memory) where T : unmanaged
{
    // A panel of filters and one of the image stay in the first cache together.
    private const int LongestDepth = 256;

    private readonly ConvolutionShape _shape = shape;

    /// <summary>Panels of one group.</summary>
    public int Panels { get; } = (shape.GroupFilters + tileRows - 1) / tileRows;

    /// <summary>Taps of a block; the last has fewer.</summary>
    public int Depth { get; } = DepthOf(shape.Taps);

    /// <summary>Of each tap.</summary>
    public int* Offsets => (int*)memory;

    private int GroupLength => Panels * tileRows * _shape.Taps;

    private T* Weights => (T*)(memory + OffsetBytes(_shape));

    /// <summary>The memory that it takes.</summary>
    public static nuint Bytes(in ConvolutionShape shape, int tileRows) =>
        OffsetBytes(shape) + checked((nuint)shape.Groups * (nuint)((shape.GroupFilters + tileRows - 1) / tileRows * tileRows) * (nuint)shape.Taps * (nuint)sizeof(T));

    /// <summary>The panel of a block of taps.</summary>
    public T* At(int group, int firstTap, int depth, int panel) => Weights + ((long)group * GroupLength) + ((long)firstTap * Panels * tileRows) + ((long)panel * tileRows * depth);

    /// <summary>Packs [filters, taps].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Fill(T* w, in PaddedPlanes planes)
    {
        planes.Offsets(new Span<int>(Offsets, _shape.Taps));
        for (var group = 0; group < _shape.Groups; group++)
        {
            for (var tap = 0; tap < _shape.Taps; tap += Depth)
            {
                var depth = Math.Min(Depth, _shape.Taps - tap);
                for (var panel = 0; panel < Panels; panel++)
                {
                    var first = panel * tileRows;
                    var from = w + (((long)(group * _shape.GroupFilters) + first) * _shape.Taps) + tap;
                    PanelPacking.Transpose(from, _shape.Taps, tileRows, Math.Min(tileRows, _shape.GroupFilters - first), depth, At(group, tap, depth, panel));
                }
            }
        }
    }

    private static int DepthOf(int taps)
    {
        var blocks = (taps + LongestDepth - 1) / LongestDepth;
        return (taps + blocks - 1) / blocks;
    }

    private static nuint OffsetBytes(in ConvolutionShape shape) => (((nuint)shape.Taps * sizeof(int)) + 63) & ~(nuint)63;
}
