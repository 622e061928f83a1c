namespace CudaKernels.Interop;

/// <summary>What is needed to find one native function at the version that its signature here belongs to.</summary>
/// <param name="Library">The library: <c>driver</c>, <c>nvrtc</c>, <c>cublas</c>, <c>cublaslt</c>, <c>nvml</c> or <c>nccl</c>.</param>
/// <param name="Name">The name of the method here: the C header's name, or with <c>_v1</c> for the older of two functions that share one.</param>
/// <param name="ExportedSymbol">The name that the library exports.</param>
/// <param name="LookupName">The name to give to cuGetProcAddress, or null for a function that is taken by its exported name.</param>
/// <param name="Pin">The version to give to cuGetProcAddress, or 0. It is pinned because a newer version may have another signature.</param>
/// <param name="MinimumCuda">The first CUDA version with the function (12040 is 12.4), or 0 when it is not known or older than 11.4.</param>
public readonly record struct NativeFunction(string Library, string Name, string ExportedSymbol, string? LookupName, int Pin, int MinimumCuda);
