namespace CudaKernels.Interop.Generator;

/// <summary>One native library: where its tables stand, where its code goes and what its class is called.</summary>
/// <param name="Tables">Folder under <c>tables/</c>.</param>
/// <param name="Folder">Folder under the project of the raw layer.</param>
/// <param name="ClassName">Name of the class with the functions.</param>
/// <param name="Title">What people call the library.</param>
/// <param name="VersionTitle">The name before a version number in the documentation of a function.</param>
public sealed record LibraryDescription(string Tables, string Folder, string ClassName, string Title, string VersionTitle)
{
    /// <summary>Every library of the raw layer.</summary>
    public static IReadOnlyList<LibraryDescription> All { get; } =
    [
        new("driver", "Driver", "DriverApi", "the CUDA driver", "CUDA"),
        new("nvrtc", "Nvrtc", "NvrtcApi", "NVRTC", "CUDA"),
        new("cublas", "Cublas", "CublasApi", "cuBLAS", "CUDA"),
        new("cublaslt", "CublasLt", "CublasLtApi", "cuBLASLt", "CUDA"),
        new("nvml", "Nvml", "NvmlApi", "NVML", "NVML"),
        new("nccl", "Nccl", "NcclApi", "NCCL", "NCCL"),
    ];
}
