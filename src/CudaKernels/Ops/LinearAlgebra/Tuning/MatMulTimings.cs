using System.Collections.Concurrent;

namespace CudaKernels;

/// <summary>The fastest implementations that were measured on devices like one, in memory and, beside the compiled kernels, on disk.</summary>
/// <param name="cache">Where they lie between processes; null keeps them in memory.</param>
/// <param name="device">Everything about the device, its driver and its libraries that a measurement depends on.</param>
internal sealed class MatMulTimings(KernelCache? cache, string device)
{
    // Goes up when kernels change so much that old measurements mislead.
    private const string Version = "matmul timings 4";

    private readonly ConcurrentDictionary<MatMulClass, MatMulAlgorithm> _fastest = new();

    /// <summary>The fastest implementation for a class; <see cref="MatMulAlgorithm.Auto"/> for one that was not measured. Looks on the disk once.</summary>
    public MatMulAlgorithm Find(in MatMulClass products) =>
        _fastest.TryGetValue(products, out var known) ? known : _fastest.GetOrAdd(products, Read(products));

    public void Remember(in MatMulClass products, MatMulAlgorithm fastest)
    {
        _fastest[products] = fastest;
        cache?.Write(Key(products), new CacheEntry(ImageFormat.Cubin, products.ToString(), new Dictionary<string, string>(), Version, [(byte)fastest]));
    }

    private MatMulAlgorithm Read(in MatMulClass products) =>
        cache?.TryRead(Key(products)) is { Image: [var fastest] } && Enum.IsDefined((MatMulAlgorithm)fastest) ? (MatMulAlgorithm)fastest : MatMulAlgorithm.Auto;

    private string Key(in MatMulClass products)
    {
        using var key = new CacheKey();
        return key.Add(Version).Add(device).Add(products.ToString()).Finish();
    }
}
