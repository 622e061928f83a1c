using System.Numerics;
using System.Runtime.CompilerServices;

namespace CudaKernels;

/// <summary>Some rows of one image's outputs, of one group's filters, as a dense matrix in the type that is computed in.</summary>
internal static unsafe class OutputBlock<T, TCompute> where T : unmanaged, INumberBase<T> where TCompute : unmanaged, INumberBase<TCompute>
{
    /// <summary>Fills [filters, outputs] for channels first, [outputs, filters] for channels last.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Widen(in ConvolutionShape shape, ImageLayout layout, T* y, long image, int group, int firstRow, int outputs, TCompute* to)
    {
        var from = y + (image * shape.OutImageStep) + ((long)group * shape.GroupFilters * shape.OutFilterStep) + (firstRow * shape.OutRowStep);
        var (rows, columns, rowStep) = layout == ImageLayout.ChannelsFirst ? (shape.GroupFilters, outputs, shape.OutFilterStep) : (outputs, shape.GroupFilters, shape.OutColumnStep);
        for (var row = 0; row < rows; row++, from += rowStep, to += columns)
        {
            if (typeof(T) == typeof(TCompute))
            {
                new ReadOnlySpan<T>(from, columns).CopyTo(new Span<T>((T*)to, columns));
                continue;
            }

            for (var column = 0; column < columns; column++)
            {
                to[column] = TCompute.CreateTruncating(from[column]);
            }
        }
    }
}
