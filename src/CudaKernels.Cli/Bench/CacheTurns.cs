namespace CudaKernels.Cli.Bench;

/// <summary>How many sets of operands take turns so that a call finds nothing in a cache.</summary>
/// <param name="CacheBytes">What the device's last cache holds; null where caches are left as they are.</param>
internal readonly record struct CacheTurns(long? CacheBytes)
{
    // Three times as much as it holds: what was used one turn ago has been displaced.
    private const int Caches = 3;
    private const int MostSets = 512;

    /// <summary>The cache of a GPU; none of other devices.</summary>
    public static CacheTurns Of(ComputeDevice device) => new(device is CudaDevice { Kind: DeviceKind.Cuda, Specification.L2CacheSize: > 0 and var size } ? size : null);

    /// <summary>The sets of so many bytes each.</summary>
    public int Sets(double bytes) => CacheBytes is { } cache ? (int)Math.Clamp(Math.Ceiling(Caches * (double)cache / Math.Max(bytes, 1)), 1, MostSets) : 1;

    /// <summary>How a call finds the cache: cold when sets take turns that it cannot hold; null where there is none.</summary>
    public string? State(double bytes, int sets) => CacheBytes is { } cache ? bytes * sets >= Caches * (double)cache ? "cold" : "hot" : null;
}
