namespace CudaKernels;

/// <summary>Something of each shape of tiles that an algorithm by wgmma has.</summary>
/// <param name="create">Makes it of a shape.</param>
internal sealed class WgmmaTable<TEntry>(Func<WgmmaShape, TEntry> create)
{
    private readonly TEntry[] _entries = [.. WgmmaShape.Algorithms.Select(algorithm => create(WgmmaShape.Of(algorithm)!.Value))];

    /// <summary>That of an algorithm by wgmma.</summary>
    public TEntry this[MatMulAlgorithm algorithm] => _entries[WgmmaShape.Algorithms.IndexOf(algorithm)];
}
