using System.Collections.Immutable;
using System.Globalization;

namespace CudaKernels;

/// <summary>What the blocks of a cluster of common/wgmma_product.cuh compute at a time: tiles of <see cref="WgmmaTile.Rows"/> rows below each other.</summary>
/// <param name="Columns">The columns of a tile.</param>
/// <param name="Blocks">The blocks of a cluster, which have the tile of B in common; 1 for no clusters.</param>
/// <param name="IsPingpong">Whether the warpgroups of a block make whole tiles in turn (common/wgmma_schedule.cuh), instead of each tile together.</param>
internal readonly record struct WgmmaShape(int Columns, int Blocks, bool IsPingpong = false)
{
    /// <summary>The algorithms by wgmma, each with a shape of its own.</summary>
    public static ImmutableArray<MatMulAlgorithm> Algorithms { get; } = [.. Enum.GetValues<MatMulAlgorithm>().Where(algorithm => Of(algorithm) is not null)];

    /// <summary>The usual tile of a type, without clusters.</summary>
    public static WgmmaShape Usual<T>() where T : unmanaged => new(WgmmaTile.Columns<T>(), 1);

    /// <summary>Rows of B's columns that a block brings.</summary>
    public int Share => Columns / Blocks;

    /// <summary>Whether all blocks of a cluster have something to do in a product of so many rows.</summary>
    public bool Suits(long rows) => Blocks == 1 || rows > WgmmaTile.Rows;

    /// <summary>Dynamic shared memory of a block.</summary>
    public int SharedBytes => WgmmaTile.SharedBytes(Columns);

    /// <summary>The shape as the last arguments of a kernel's template.</summary>
    public string TemplateArguments => string.Create(CultureInfo.InvariantCulture, $"{Columns}, {Blocks}, {(IsPingpong ? "true" : "false")}");

    /// <summary>The shape of an algorithm; null for one that is not by wgmma.</summary>
    public static WgmmaShape? Of(MatMulAlgorithm algorithm) => algorithm switch
    {
        MatMulAlgorithm.Wgmma => new(WgmmaTile.MaxColumns, 1),
        MatMulAlgorithm.WgmmaCluster => new(WgmmaTile.MaxColumns, 2),
        MatMulAlgorithm.WgmmaNarrow => new(WgmmaTile.MaxColumns / 2, 1),
        MatMulAlgorithm.WgmmaPingpong => new(WgmmaTile.MaxColumns / 2, 2, IsPingpong: true),
        _ => null,
    };

    /// <summary>How many clusters cover the matrices of a product.</summary>
    public long Clusters(long rows, long columns, long batch)
    {
        var height = WgmmaTile.Rows * Blocks;
        return (rows + height - 1) / height * ((columns + Columns - 1) / Columns) * batch;
    }

    /// <summary>How many clusters a device runs at a time, with a block on each multiprocessor.</summary>
    public int AtATime(int multiprocessors) => Math.Max(multiprocessors / Blocks, 1);
}
