namespace CudaKernels;

/// <summary>What a <see cref="KernelCache"/> did since it was made, in this process.</summary>
/// <param name="Hits">Images that were read.</param>
/// <param name="Misses">Look-ups that found nothing usable, damaged files included.</param>
/// <param name="FailedReads">Misses for a file that was there: damaged, or not readable.</param>
/// <param name="Writes">Images that were written.</param>
/// <param name="DroppedWrites">Images that could not be written: no space, no permission, no folder.</param>
/// <param name="Evictions">Files deleted to keep under the cap.</param>
/// <param name="FailedUpkeep">Times that marking a file as used, or deleting one, failed.</param>
/// <param name="LastFailure">The latest failure in words; null when there was none.</param>
public readonly record struct KernelCacheStatistics(
    long Hits, long Misses, long FailedReads, long Writes, long DroppedWrites, long Evictions, long FailedUpkeep, string? LastFailure);
